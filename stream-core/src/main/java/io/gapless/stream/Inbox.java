package io.gapless.stream;

import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/**
 * What has been received and not yet handled, bounded in bytes: two queues, each with its own share. Live posts go
 * first; fetched ones, of jobs and of search, follow when there is time, but one with every take, so that neither waits
 * for the other's end.
 *
 * <p>Full means: live posts go to the overflow, if there is one; if that is full, too, and for fetched posts always, the
 * batch that filled it is taken, and whoever brought it stops reading until there is room again. X keeps what a job has
 * not read, so a fetched post need never spill.
 *
 * <p>Shared by the connections' threads (which add) and the handler's (which takes and releases); its lock guards all.
 */
final class Inbox {
    /** What a post costs beside its line: the object, its time, its place in the queue. */
    private static final int OVERHEAD_BYTES = 200;
    /** More would not make fetching faster, only its pauses longer. */
    private static final long FETCHED_MAX_BYTES = 256 * 1024;

    static final long NONE_MILLIS = Long.MAX_VALUE;

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

    private final Share live;
    private final Share fetched;
    private final Spilled spilled;
    private long oldestTakenMillis = NONE_MILLIS;
    private long oldestFetchedTakenMillis = NONE_MILLIS;

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
    synchronized boolean add(List<Post> batch, Runnable whenRoom) {
        if (batch.isEmpty()) return true;
        Share share = share(batch.get(0));
        boolean room = true;
        for (int i = 0; i < batch.size(); i++) room = share == live ? addLive(batch.get(i)) : addFetched(batch.get(i));
        if (!room) share.waiting.add(whenRoom);
        return room;
    }

    /**
     * Asks for room before anything is brought.
     *
     * @param origin what will be brought
     * @param whenRoom run once, by the handler's thread, when there is room again; only kept if this returns false
     * @return whether there is room
     */
    synchronized boolean awaitRoom(Origin origin, Runnable whenRoom) {
        Share share = origin.isLive() ? live : fetched;
        if (!share.isFull() || (share == live && spilled.mayHaveRoom())) return true;
        share.waiting.add(whenRoom);
        return false;
    }

    /** Who waited has ended; its {@code whenRoom}, the same object, is run no more. */
    synchronized void awaitNoMore(Runnable whenRoom) {
        live.waiting.remove(whenRoom);
        fetched.waiting.remove(whenRoom);
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
     *     #NONE_MILLIS} if there is none
     */
    synchronized void take(int max, int fetchedMax, List<Post> into, long oldestInHandMillis) {
        refill();
        boolean oneFetched = fetchedMax > 0 && !fetched.posts.isEmpty();
        live.move(oneFetched ? max - 1 : max, into);
        int lives = into.size();
        oldestTakenMillis = Math.min(oldestInHandMillis, oldest(into));
        fetched.move(lives == 0 ? Math.min(max, fetchedMax) : Math.min(1, fetchedMax), into);
        oldestFetchedTakenMillis = oldest(into.subList(lives, into.size()));
    }

    /** Gives back the room of posts that were taken. */
    void release(List<Post> done) {
        List<Runnable> toRun = new ArrayList<>();
        synchronized (this) {
            for (int i = 0; i < done.size(); i++) {
                Post post = done.get(i);
                share(post).heldBytes -= cost(post);
            }
            live.moveWaiting(toRun);
            fetched.moveWaiting(toRun);
        }
        toRun.forEach(Runnable::run);
    }

    /** When the oldest live post was created that has come and is not done with, taken posts among them. */
    Optional<Instant> oldestLiveCreatedAt() {
        long oldest = oldestLiveMillis();
        return oldest == NONE_MILLIS ? Optional.empty() : Optional.of(Instant.ofEpochMilli(oldest));
    }

    private synchronized long oldestLiveMillis() {
        return Math.min(oldest(live.posts), Math.min(oldestTakenMillis, spilled.oldestMillis()));
    }

    /**
     * When the oldest post was created that is not handed over yet, fetched ones too; {@link #NONE_MILLIS} if there is
     * none.
     */
    synchronized long oldestMillis() {
        long oldestFetched = Math.min(oldest(fetched.posts), oldestFetchedTakenMillis);
        return Math.min(oldestLiveMillis(), oldestFetched);
    }

    private static long oldest(Collection<Post> posts) {
        long oldest = NONE_MILLIS;
        for (Post post : posts) oldest = Math.min(oldest, createdMillis(post));
        return oldest;
    }

    /** When a post was created; {@link #NONE_MILLIS} if its id does not tell. */
    static long createdMillis(Post post) {
        return Snowflake.carriesTime(post.id()) ? Snowflake.millis(post.id()) : NONE_MILLIS;
    }

    /** What was lost because the overflow could not be read back, since this was asked for last. */
    synchronized Optional<Spilled.Loss> takeLoss() {
        return spilled.takeLoss();
    }

    synchronized int size() {
        return live.posts.size() + fetched.posts.size() + spilled.size();
    }

    synchronized long heldBytes() {
        return live.heldBytes + fetched.heldBytes;
    }

    private static long cost(Post post) {
        return OVERHEAD_BYTES + post.length();
    }
}
