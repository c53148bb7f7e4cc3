package io.gapless.stream;

import io.gapless.stream.pace.FetchedPace;
import io.gapless.stream.post.Origin;
import io.gapless.stream.spi.Overflow;
import io.gapless.stream.spi.ReceivedPost;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;

/**
 * Holds the posts that were received and are not done yet, bounded in bytes. A post is done when it was acknowledged,
 * dropped as a duplicate, or dead-lettered. There are two queues, each with its own share of the room. Live posts have
 * priority. Recovered posts ({@code fetched} in the code: of recovery jobs and search, and dead letters that are handed
 * over again) fill the remaining time. While live posts wait, a take still includes one recovered post if {@link
 * FetchedPace} allows a recovered post, so neither queue starves.
 *
 * <p>If the share of live posts is full, further live posts go to the overflow, if the stream has one. If the overflow
 * is full, too, the rest of the batch is still added to the live queue. Then the connection stops reading until there
 * is room again. Recovered posts never go to the overflow. The batch that fills their share is still added, and then
 * the connection of the recovery job stops reading. X keeps the posts that the job has not read.
 *
 * <p>Shared by the threads of the connections, which add posts, and the handler's thread, which takes and releases
 * them. One lock guards everything. The overflow is on the disk, so a thread may wait for the disk while it holds the
 * lock. A thread that must not wait, such as the stream's thread, does not wait for the lock either. If another thread
 * holds the lock, posts to add stay in a mailbox at first, and a query returns its last result.
 */
final class Inbox {
    /** How many bytes a post takes besides its line: for the object, its time, its place in the queue. */
    private static final int OVERHEAD_BYTES = 200;
    /**
     * The largest share of recovered posts, in bytes. A larger share would not make recovery faster. It would only make
     * the pauses in reading longer.
     */
    static final long FETCHED_MAX_BYTES = 256 * 1024;

    /**
     * Holds a queue of posts, the number of bytes of all its posts that are not done, and the callbacks that wait for
     * room.
     */
    private static final class Share {
        final long maxBytes;
        final ArrayDeque<ReceivedPost> posts = new ArrayDeque<>();
        final List<Runnable> waiting = new ArrayList<>();
        long heldBytes;

        Share(long maxBytes) {
            this.maxBytes = maxBytes;
        }

        boolean isFull() {
            return heldBytes >= maxBytes;
        }

        void hold(ReceivedPost post) {
            posts.add(post);
            heldBytes += cost(post);
        }

        void move(int max, List<ReceivedPost> into) {
            for (int i = 0; i < max && !posts.isEmpty(); i++) into.add(posts.remove());
        }

        /**
         * Moves the waiting callbacks to a list, if at least a quarter of the share is free. If less free room
         * sufficed, reading would stop and start with every post.
         */
        void moveWaiting(List<Runnable> into) {
            if (waiting.isEmpty() || heldBytes > maxBytes / 4 * 3) return;
            into.addAll(waiting);
            waiting.clear();
        }
    }

    private final ReentrantLock lock = new ReentrantLock();
    private final Share live;
    private final Share fetched;
    private final Spilled spilled;
    private Oldest oldestTaken = Oldest.NONE;
    private Oldest oldestFetchedTaken = Oldest.NONE;
    /**
     * Recovered posts on their way to the queue. The thread that adds them does not wait for the lock. A thread that
     * holds the lock moves them to the queue.
     */
    private final ConcurrentLinkedQueue<ReceivedPost> mailbox = new ConcurrentLinkedQueue<>();
    /** Written under the lock, read by any thread. */
    private volatile Counts counts = new Counts(0, 0, false);
    /**
     * What {@link #oldestLiveCreatedAt} found when it last got the lock; MAX before the first time. Owner: the thread that
     * calls that method.
     */
    private Instant oldestLive = Instant.MAX;

    private record Counts(int posts, long heldBytes, boolean full) {}

    /**
     * Creates an empty inbox.
     *
     * @param maxBytes the share of live posts, in bytes; recovered posts have a share of their own in addition: an
     *     eighth of this, but at most 256 KiB
     * @param overflow where live posts go when their share is full
     */
    Inbox(long maxBytes, Overflow overflow) {
        this.live = new Share(maxBytes);
        this.fetched = new Share(Math.min(maxBytes / 8, FETCHED_MAX_BYTES));
        this.spilled = new Spilled(overflow);
    }

    private Share share(ReceivedPost post) {
        return post.origin().isLive() ? live : fetched;
    }

    /**
     * Adds all posts of a batch, even if they exceed the share.
     *
     * @param batch posts of one connection, which may be that of a recovery job
     * @param whenRoom the callback that the handler's thread runs once when there is room again; kept only if this
     *     method returns false
     * @return whether there is still room
     */
    boolean add(List<ReceivedPost> batch, Runnable whenRoom) {
        if (batch.isEmpty()) return true;
        lock.lock();
        try {
            Share share = share(batch.get(0));
            boolean room = true;
            for (int i = 0; i < batch.size(); i++)
                room = share == live ? addLive(batch.get(i)) : addFetched(batch.get(i));
            if (!room) share.waiting.add(whenRoom);
            return room;
        } finally {
            unlock();
        }
    }

    /** Adds recovered posts, all of them, without waiting for room or for the lock. The caller bounds their number. */
    void addFetched(List<ReceivedPost> batch) {
        mailbox.addAll(batch);
        if (!lock.tryLock()) return;
        try {
            openMailbox();
        } finally {
            unlock();
        }
    }

    private void openMailbox() {
        for (ReceivedPost post = mailbox.poll(); post != null; post = mailbox.poll()) fetched.hold(post);
    }

    private void unlock() {
        counts = new Counts(
                live.posts.size() + fetched.posts.size() + spilled.size(),
                live.heldBytes + fetched.heldBytes,
                isLiveFull());
        lock.unlock();
    }

    /**
     * Returns whether there is room for posts, before the first of them is added.
     *
     * @param origin the origin of the posts to add
     * @param whenRoom the callback that the handler's thread runs once when there is room again; kept only if this
     *     method returns false
     * @return whether there is room
     */
    boolean awaitRoom(Origin origin, Runnable whenRoom) {
        lock.lock();
        try {
            Share share = origin.isLive() ? live : fetched;
            if (share == live ? !isLiveFull() : !share.isFull()) return true;
            share.waiting.add(whenRoom);
            return false;
        } finally {
            lock.unlock();
        }
    }

    /**
     * Returns whether more than half of this post's share is taken: the share of live posts, or that of recovered
     * posts. If so, later posts may have to wait for room.
     */
    boolean isCrowded(ReceivedPost post) {
        lock.lock();
        try {
            Share share = share(post);
            return share.heldBytes > share.maxBytes / 2;
        } finally {
            lock.unlock();
        }
    }

    /**
     * Removes a callback that waits for room, because its connection has ended. The callback must be the same object
     * that was passed to {@link #add} or {@link #awaitRoom}.
     */
    void awaitNoMore(Runnable whenRoom) {
        lock.lock();
        try {
            live.waiting.remove(whenRoom);
            fetched.waiting.remove(whenRoom);
        } finally {
            lock.unlock();
        }
    }

    /**
     * Adds a live post. While spilled posts wait in the overflow, later live posts go to the overflow, too, so that all
     * stay in order. Returns whether there is still room.
     */
    private boolean addLive(ReceivedPost post) {
        boolean full = live.isFull() || !spilled.isEmpty();
        if (full && spilled.add(post)) return true;
        live.hold(post);
        return !live.isFull() || (!full && spilled.mayHaveRoom());
    }

    private boolean isLiveFull() {
        return live.isFull() && !spilled.mayHaveRoom();
    }

    private boolean addFetched(ReceivedPost post) {
        fetched.hold(post);
        return !fetched.isFull();
    }

    private void refill() {
        while (live.heldBytes <= live.maxBytes / 2) {
            ReceivedPost post = spilled.poll();
            if (post == null) return;
            live.hold(post);
        }
    }

    /**
     * Moves the next posts to a list: first live posts, then recovered posts, each in order of arrival. The room of
     * these posts stays taken until {@link #release} is called for them.
     *
     * @param max how many posts at most
     * @param fetchedMax how many recovered posts at most if there is no live post; with live posts, at most one is
     *     taken
     * @param into the list that receives the posts
     * @param oldestInHand the times of the live posts in hand. Posts in hand are those that an earlier take has moved and
     *     that are not done
     * @param oldestFetchedInHand the times of the recovered posts in hand
     */
    void take(int max, int fetchedMax, List<ReceivedPost> into, Oldest oldestInHand, Oldest oldestFetchedInHand) {
        lock.lock();
        try {
            openMailbox();
            refill();
            boolean oneFetched = fetchedMax > 0 && !fetched.posts.isEmpty();
            live.move(oneFetched ? max - 1 : max, into);
            int livePosts = into.size();
            oldestTaken = oldestInHand.and(Oldest.of(into));
            fetched.move(livePosts == 0 ? Math.min(max, fetchedMax) : Math.min(1, fetchedMax), into);
            oldestFetchedTaken = oldestFetchedInHand.and(Oldest.of(into.subList(livePosts, into.size())));
        } finally {
            unlock();
        }
    }

    /**
     * Moves the live posts at the head of the queue to a list, up to the first one that was created at a time or later.
     * Their room stays taken until {@link #release} is called for them, so one call moves no more than the queue holds in
     * memory.
     *
     * @param accountedUntilMillis returns the time, in epoch milliseconds; called while no post can arrive
     * @param into the list that receives the posts
     * @return the time
     */
    long takeOlder(LongSupplier accountedUntilMillis, List<ReceivedPost> into) {
        lock.lock();
        try {
            long untilMillis = accountedUntilMillis.getAsLong();
            refill();
            while (!live.posts.isEmpty() && live.posts.element().createdMillis() < untilMillis) live.move(1, into);
            return untilMillis;
        } finally {
            unlock();
        }
    }

    /** Releases the room of posts that are done, and runs the callbacks that wait for room if there is enough of it. */
    void release(List<ReceivedPost> done) {
        List<Runnable> toRun = new ArrayList<>();
        lock.lock();
        try {
            for (int i = 0; i < done.size(); i++) {
                ReceivedPost post = done.get(i);
                share(post).heldBytes -= cost(post);
            }
            live.moveWaiting(toRun);
            fetched.moveWaiting(toRun);
        } finally {
            unlock();
        }
        toRun.forEach(Runnable::run);
    }

    /**
     * Returns since when live posts must be requested again if all those that are not done are lost; posts that were taken
     * are included. This is when the oldest of them was created, or later for posts of a backfill. Does not wait
     * for the lock: if another thread holds the lock, for example while it waits for the disk, the method uses its last
     * result, so the time may be too early. Call this method from one thread only.
     *
     * @param otherwise the time to return if there is no such post, or if all such posts were created later than this
     */
    Instant oldestLiveCreatedAt(Instant otherwise) {
        if (lock.tryLock()) {
            try {
                long millis = oldestOfLive().neededSinceMillis();
                oldestLive = millis == ReceivedPost.NONE_MILLIS ? otherwise : Instant.ofEpochMilli(millis);
            } finally {
                lock.unlock();
            }
        }
        return oldestLive.isBefore(otherwise) ? oldestLive : otherwise;
    }

    private Oldest oldestOfLive() {
        return Oldest.of(live.posts).and(oldestTaken).and(spilled.oldest());
    }

    /**
     * Returns when the oldest post that is not done was created, live or recovered, in epoch milliseconds; {@link
     * ReceivedPost#NONE_MILLIS} if there is no such post.
     */
    long oldestMillis() {
        lock.lock();
        try {
            openMailbox();
            return oldestOfLive()
                    .and(Oldest.of(fetched.posts))
                    .and(oldestFetchedTaken)
                    .createdMillis();
        } finally {
            unlock();
        }
    }

    /**
     * Returns which posts were lost since the last call, because the overflow could not be read. Empty if no post was
     * lost. Does not wait: returns empty, too, while another thread holds the lock.
     */
    Optional<Spilled.Loss> takeLoss() {
        if (!lock.tryLock()) return Optional.empty();
        try {
            return spilled.takeLoss();
        } finally {
            unlock();
        }
    }

    int size() {
        return counts.posts + mailbox.size();
    }

    long heldBytes() {
        return counts.heldBytes;
    }

    /** Returns whether there is no room for live posts. */
    boolean isFull() {
        return counts.full;
    }

    private static long cost(ReceivedPost post) {
        return OVERHEAD_BYTES + post.length();
    }
}
