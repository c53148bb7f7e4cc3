package io.gapless.stream;

import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.locks.ReentrantLock;

/**
 * What has been received and not yet handled, bounded in bytes: two queues, each with its own share. Live posts go
 * first; fetched ones, of jobs and of search, follow when there is time, but one with every take, so that neither waits
 * for the other's end.
 *
 * <p>Full means: live posts go to the overflow, if there is one; if that is full, too, and for fetched posts always, the
 * batch that filled it is taken, and whoever brought it stops reading until there is room again. X keeps what a job has
 * not read, so a fetched post need never spill.
 *
 * <p>Shared by the connections' threads (which add) and the handler's (which takes and releases); its lock guards all. The
 * overflow is a disk, for which its users wait under the lock. So whoever must not wait, as the stream's thread, only tries
 * the lock: what it brings meanwhile waits in a mailbox of its own, and what it asks for it has as of the last time.
 */
final class Inbox {
    /** What a post costs beside its line: the object, its time, its place in the queue. */
    private static final int OVERHEAD_BYTES = 200;
    /** More would not make fetching faster, only its pauses longer. */
    static final long FETCHED_MAX_BYTES = 256 * 1024;

    /** A queue, the room of its posts until they are done with, and who waits for room. */
    private static final class Share {
        final long maxBytes;
        final ArrayDeque<Post> posts = new ArrayDeque<>();
        final List<Runnable> waiting = new ArrayList<>();
        long heldBytes;

        Share(long maxBytes) {
            this.maxBytes = maxBytes;
        }

        boolean isFull() {
            return heldBytes >= maxBytes;
        }

        void hold(Post post) {
            posts.add(post);
            heldBytes += cost(post);
        }

        void move(int max, List<Post> into) {
            for (int i = 0; i < max && !posts.isEmpty(); i++) into.add(posts.remove());
        }

        /** Some room, not just any: otherwise reading would stop and start with every post. */
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
    private long oldestTakenMillis = Post.NONE_MILLIS;
    private long oldestFetchedTakenMillis = Post.NONE_MILLIS;
    /** Fetched posts of who did not wait for the lock; taken over under it. */
    private final ConcurrentLinkedQueue<Post> mailbox = new ConcurrentLinkedQueue<>();
    /** Written under the lock, read by anyone. */
    private volatile Counts counts = new Counts(0, 0);
    /** Belongs to whoever asks for it. */
    private Instant oldestLive = Instant.MAX;

    private record Counts(int posts, long heldBytes) {}

    /**
     * An empty one.
     *
     * @param maxBytes the share of live posts; that of fetched ones is an eighth of it, at most 256 KiB, and comes on top
     * @param overflow where live posts go when their share is full
     */
    Inbox(long maxBytes, Overflow overflow) {
        this.live = new Share(maxBytes);
        this.fetched = new Share(Math.min(maxBytes / 8, FETCHED_MAX_BYTES));
        this.spilled = new Spilled(overflow);
    }

    private Share share(Post post) {
        return post.origin().isLive() ? live : fetched;
    }

    /**
     * Takes posts, all of them.
     *
     * @param batch from one connection or search
     * @param whenRoom run once, by the handler's thread, when there is room again; only kept if this returns false
     * @return whether there is still room
     */
    boolean add(List<Post> batch, Runnable whenRoom) {
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

    /** Takes fetched posts, all of them, and waits for nothing. */
    void addFetched(List<Post> batch) {
        mailbox.addAll(batch);
        if (!lock.tryLock()) return;
        try {
            openMailbox();
        } finally {
            unlock();
        }
    }

    private void openMailbox() {
        for (Post post = mailbox.poll(); post != null; post = mailbox.poll()) fetched.hold(post);
    }

    private void unlock() {
        counts = new Counts(
                live.posts.size() + fetched.posts.size() + spilled.size(), live.heldBytes + fetched.heldBytes);
        lock.unlock();
    }

    /**
     * Asks for room before anything is brought.
     *
     * @param origin what will be brought
     * @param whenRoom run once, by the handler's thread, when there is room again; only kept if this returns false
     * @return whether there is room
     */
    boolean awaitRoom(Origin origin, Runnable whenRoom) {
        lock.lock();
        try {
            Share share = origin.isLive() ? live : fetched;
            if (!share.isFull() || (share == live && spilled.mayHaveRoom())) return true;
            share.waiting.add(whenRoom);
            return false;
        } finally {
            lock.unlock();
        }
    }

    /** Whether posts that came like this one take up so much room that those to come may have to wait for them. */
    boolean isCrowded(Post post) {
        lock.lock();
        try {
            Share share = share(post);
            return share.heldBytes > share.maxBytes / 2;
        } finally {
            lock.unlock();
        }
    }

    /** Who waited has ended; its {@code whenRoom}, the same object, is run no more. */
    void awaitNoMore(Runnable whenRoom) {
        lock.lock();
        try {
            live.waiting.remove(whenRoom);
            fetched.waiting.remove(whenRoom);
        } finally {
            lock.unlock();
        }
    }

    /** Once posts have spilled, all later ones do: they stay in order. Returns whether there is still room. */
    private boolean addLive(Post post) {
        boolean full = live.isFull() || !spilled.isEmpty();
        if (full && spilled.add(post)) return true;
        live.hold(post);
        return !live.isFull() || (!full && spilled.mayHaveRoom());
    }

    private boolean addFetched(Post post) {
        fetched.hold(post);
        return !fetched.isFull();
    }

    private void refill() {
        while (live.heldBytes <= live.maxBytes / 2) {
            Post post = spilled.poll();
            if (post == null) return;
            live.hold(post);
        }
    }

    /**
     * Moves the next posts over, live ones first, each kind oldest first; their room stays held until they are released.
     *
     * @param max how many at most
     * @param fetchedMax how many fetched ones at most while no live one is there; one of them goes with live ones
     * @param into where to
     * @param oldestInHandMillis when the oldest live post was created that was taken before and is not done with; {@link
     *     Post#NONE_MILLIS} if there is none
     * @param oldestFetchedInHandMillis the same of fetched ones
     */
    void take(int max, int fetchedMax, List<Post> into, long oldestInHandMillis, long oldestFetchedInHandMillis) {
        lock.lock();
        try {
            openMailbox();
            refill();
            boolean oneFetched = fetchedMax > 0 && !fetched.posts.isEmpty();
            live.move(oneFetched ? max - 1 : max, into);
            int lives = into.size();
            oldestTakenMillis = Math.min(oldestInHandMillis, oldest(into));
            fetched.move(lives == 0 ? Math.min(max, fetchedMax) : Math.min(1, fetchedMax), into);
            oldestFetchedTakenMillis = Math.min(oldestFetchedInHandMillis, oldest(into.subList(lives, into.size())));
        } finally {
            unlock();
        }
    }

    /** Gives back the room of posts that were taken. */
    void release(List<Post> done) {
        List<Runnable> toRun = new ArrayList<>();
        lock.lock();
        try {
            for (int i = 0; i < done.size(); i++) {
                Post post = done.get(i);
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
     * When the oldest live post was created that has come and is not done with, taken posts among them. While somebody
     * waits for the disk it is that of the last time, which is older. For one thread, which does not wait.
     *
     * @param otherwise what to return if there is none, or only younger ones
     */
    Instant oldestLiveCreatedAt(Instant otherwise) {
        if (lock.tryLock()) {
            try {
                long millis = oldestLiveMillis();
                oldestLive = millis == Post.NONE_MILLIS ? otherwise : Instant.ofEpochMilli(millis);
            } finally {
                lock.unlock();
            }
        }
        return oldestLive.isBefore(otherwise) ? oldestLive : otherwise;
    }

    private long oldestLiveMillis() {
        return Math.min(oldest(live.posts), Math.min(oldestTakenMillis, spilled.oldestMillis()));
    }

    /**
     * When the oldest post was created that is not handed over yet, fetched ones too; {@link Post#NONE_MILLIS} if there is
     * none.
     */
    long oldestMillis() {
        lock.lock();
        try {
            openMailbox();
            long oldestFetched = Math.min(oldest(fetched.posts), oldestFetchedTakenMillis);
            return Math.min(oldestLiveMillis(), oldestFetched);
        } finally {
            unlock();
        }
    }

    private static long oldest(Collection<Post> posts) {
        long oldest = Post.NONE_MILLIS;
        for (Post post : posts) oldest = Math.min(oldest, post.createdMillis());
        return oldest;
    }

    /** What was lost because the overflow could not be read back, since this was asked for last. Does not wait. */
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

    private static long cost(Post post) {
        return OVERHEAD_BYTES + post.length();
    }
}
