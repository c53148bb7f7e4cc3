package io.gapless.recovery.state;

import io.gapless.stream.post.Post;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;

/**
 * Collects the changes that are to be committed, in the order in which they were added. Posts that are acknowledged one
 * after the other become one change. For each gap, each note and the frontier, only the newest change is kept; the
 * older change is removed from the order. The numbers of bought posts are added up for each day. So the collection
 * stays small, even if nothing can be committed for a long time because the disk is full.
 *
 * <p>All changes are taken together. Otherwise a crash between two commits could keep a change without an earlier one
 * that a still later one has replaced. Thread-safe: the lock guards all fields.
 */
public final class PendingChanges {
    private final int commitPosts;
    /**
     * The changes, by a key. A later change replaces an earlier change with the same key, except that bought posts are
     * added up.
     */
    private final LinkedHashMap<Object, Change> changes = new LinkedHashMap<>();
    /** The ids of posts that were acknowledged after the last of {@link #changes} was added. */
    private final long[] ids;

    private int idCount;
    private int posts;
    private long addedCount;
    private long takenCount;

    /** The key of a change: its kind, and its gap, note, day or request. */
    private record Key(Class<?> kind, Object of) {}

    /**
     * Creates an empty collection.
     *
     * @param commitPosts how many posts are enough for a commit
     */
    public PendingChanges(int commitPosts) {
        this.commitPosts = commitPosts;
        this.ids = new long[commitPosts];
    }

    /**
     * Adds a change. Returns whether whoever commits must be woken: the collection was empty, or has just become large
     * enough for a commit.
     */
    public synchronized boolean add(Change change) {
        boolean first = isEmpty();
        joinIds();
        Object key = key(change);
        Change before = changes.remove(key);
        changes.put(key, before == null ? change : merged(before, change));
        addedCount++;
        return more(posts(change)) || first;
    }

    /** Returns the key of a change. A change that replaces no earlier change gets a key that equals no other. */
    private static Object key(Change change) {
        if (change instanceof Change.GapKept it)
            return new Key(change.getClass(), it.gap().id());
        if (change instanceof Change.Noted it) return new Key(change.getClass(), it.name());
        if (change instanceof Change.Spent it) return new Key(change.getClass(), it.day());
        if (change instanceof Change.Answered it) return new Key(change.getClass(), it.id());
        if (change instanceof Change.Frontier || change instanceof Change.IdsForgotten) return change.getClass();
        return new Object();
    }

    private static Change merged(Change before, Change change) {
        if (before instanceof Change.Spent earlier && change instanceof Change.Spent later)
            return new Change.Spent(later.day(), earlier.posts() + later.posts());
        return change;
    }

    /** Adds acknowledged posts. Returns the same as {@link #add}. */
    public synchronized boolean addAcknowledged(List<Post> handled) {
        boolean first = isEmpty();
        for (int i = 0; i < handled.size(); i++) {
            ids[idCount++] = handled.get(i).id();
            if (idCount == ids.length) joinIds();
        }
        return more(handled.size()) || first;
    }

    private boolean more(int morePosts) {
        boolean wasEnough = isEnough();
        posts += morePosts;
        return isEnough() && !wasEnough;
    }

    private void joinIds() {
        if (idCount == 0) return;
        changes.put(new Object(), new Change.Acknowledged(Arrays.copyOf(ids, idCount)));
        addedCount++;
        idCount = 0;
    }

    public synchronized boolean isEmpty() {
        return idCount == 0 && changes.isEmpty();
    }

    /** Returns whether there are enough posts for a commit. */
    public synchronized boolean isEnough() {
        return posts >= commitPosts;
    }

    /** Removes and returns all changes, oldest first. */
    public synchronized List<Change> take() {
        joinIds();
        List<Change> taken = List.copyOf(changes.values());
        changes.clear();
        posts = 0;
        takenCount = addedCount;
        return taken;
    }

    /** Returns the number of the last change that was added so far, as a mark for {@link #isTaken}. */
    public synchronized long mark() {
        return idCount == 0 ? addedCount : addedCount + 1;
    }

    /** Returns whether every change up to a mark has been taken. */
    public synchronized boolean isTaken(long mark) {
        return isEmpty() || takenCount >= mark;
    }

    /** Returns how many posts a change records as acknowledged or dead-lettered. */
    public static int posts(Change change) {
        if (change instanceof Change.Acknowledged acknowledged) return acknowledged.ids().length;
        return change instanceof Change.DeadLettered ? 1 : 0;
    }
}
