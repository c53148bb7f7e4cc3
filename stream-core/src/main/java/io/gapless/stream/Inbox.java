package io.gapless.stream;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;

/**
 * What has been received and not yet handled, bounded in bytes. Live, backfilled and recovered posts all enter here.
 * Full means: the post that filled it is taken, and whoever brought it stops reading until there is room again.
 *
 * <p>Shared by the connections' threads (which add) and the handler's (which takes and releases); its lock guards all.
 */
final class Inbox {
    /** What a post costs beside its line: the object, its time, its place in the queue. */
    private static final int OVERHEAD_BYTES = 200;

    private final long maxBytes;
    private final ArrayDeque<Post> posts = new ArrayDeque<>();
    private final List<Runnable> waiting = new ArrayList<>();
    private long heldBytes;

    Inbox(long maxBytes) {
        this.maxBytes = maxBytes;
    }

    /**
     * Takes posts, all of them.
     *
     * @param whenRoom run once, by the handler's thread, when there is room again; only kept if this returns false
     * @return whether there is still room
     */
    synchronized boolean add(List<Post> batch, Runnable whenRoom) {
        for (int i = 0; i < batch.size(); i++) {
            Post post = batch.get(i);
            posts.add(post);
            heldBytes += cost(post);
        }
        if (heldBytes < maxBytes) return true;
        waiting.add(whenRoom);
        return false;
    }

    /** Moves the next posts over, oldest first; their room stays held until they are released. */
    synchronized void take(int max, List<Post> into) {
        while (into.size() < max && !posts.isEmpty()) into.add(posts.remove());
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

    synchronized boolean isEmpty() {
        return posts.isEmpty();
    }

    synchronized int size() {
        return posts.size();
    }

    synchronized long heldBytes() {
        return heldBytes;
    }

    private static long cost(Post post) {
        return OVERHEAD_BYTES + post.length();
    }
}
