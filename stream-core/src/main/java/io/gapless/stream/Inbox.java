package io.gapless.stream;

import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What has been received and not yet handled, bounded in bytes. Live, backfilled and recovered posts all enter here.
 * Full means: posts go to the overflow, if there is one; if that is full, too, the post that filled it is taken, and
 * whoever brought it stops reading until there is room again.
 *
 * <p>Shared by the connections' threads (which add) and the handler's (which takes and releases); its lock guards all.
 */
final class Inbox {
    /** What a post costs beside its line: the object, its time, its place in the queue. */
    private static final int OVERHEAD_BYTES = 200;

    static final long NONE_MILLIS = Long.MAX_VALUE;

    private final long maxBytes;
    private final ArrayDeque<Post> posts = new ArrayDeque<>();
    private final Spilled spilled;
    private final List<Runnable> waiting = new ArrayList<>();
    private long heldBytes;
    private long oldestTakenMillis = NONE_MILLIS;

    Inbox(long maxBytes, Overflow overflow) {
        this.maxBytes = maxBytes;
        this.spilled = new Spilled(overflow);
    }

    /**
     * Takes posts, all of them.
     *
     * @param whenRoom run once, by the handler's thread, when there is room again; only kept if this returns false
     * @return whether there is still room
     */
    synchronized boolean add(List<Post> batch, Runnable whenRoom) {
        boolean room = true;
        for (int i = 0; i < batch.size(); i++) room = add(batch.get(i));
        if (room) return true;
        waiting.add(whenRoom);
        return false;
    }

    /** Once posts have spilled, all later ones do: they stay in order. Returns whether there is still room. */
    private boolean add(Post post) {
        boolean full = heldBytes >= maxBytes || !spilled.isEmpty();
        if (full && spilled.add(post)) return true;
        hold(post);
        return heldBytes < maxBytes || (!full && spilled.mayHaveRoom());
    }

    private void hold(Post post) {
        posts.add(post);
        heldBytes += cost(post);
    }

    private void refill() {
        while (heldBytes <= maxBytes / 2) {
            Post post = spilled.poll();
            if (post == null) return;
            hold(post);
        }
    }

    /**
     * Moves the next posts over, oldest first; their room stays held until they are released.
     *
     * @param max how many at most
     * @param into where to
     * @param oldestInHandMillis when the oldest post was created that was taken before and is not done with; {@link
     *     #NONE_MILLIS} if there is none
     */
    synchronized void take(int max, List<Post> into, long oldestInHandMillis) {
        refill();
        oldestTakenMillis = oldestInHandMillis;
        while (into.size() < max && !posts.isEmpty()) {
            Post post = posts.remove();
            oldestTakenMillis = Math.min(oldestTakenMillis, createdMillis(post));
            into.add(post);
        }
    }

    /** Gives back the room of posts that were taken. */
    void release(List<Post> done) {
        List<Runnable> toRun;
        synchronized (this) {
            for (int i = 0; i < done.size(); i++) heldBytes -= cost(done.get(i));
            // Some room, not just any: otherwise reading would stop and start with every post.
            if (waiting.isEmpty() || heldBytes > maxBytes / 4 * 3) return;
            toRun = List.copyOf(waiting);
            waiting.clear();
        }
        toRun.forEach(Runnable::run);
    }

    /** When the oldest post was created that has come and is not done with, taken posts among them. */
    synchronized Optional<Instant> oldestCreatedAt() {
        long oldest = posts.stream().mapToLong(Inbox::createdMillis).min().orElse(NONE_MILLIS);
        oldest = Math.min(oldest, Math.min(oldestTakenMillis, spilled.oldestMillis()));
        return oldest == NONE_MILLIS ? Optional.empty() : Optional.of(Instant.ofEpochMilli(oldest));
    }

    /** When a post was created; {@link #NONE_MILLIS} if its id does not tell. */
    static long createdMillis(Post post) {
        return Snowflake.carriesTime(post.id()) ? Snowflake.millis(post.id()) : NONE_MILLIS;
    }

    synchronized int size() {
        return posts.size() + spilled.size();
    }

    synchronized long heldBytes() {
        return heldBytes;
    }

    private static long cost(Post post) {
        return OVERHEAD_BYTES + post.length();
    }
}
