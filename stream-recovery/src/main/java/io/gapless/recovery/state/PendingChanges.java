package io.gapless.recovery.state;

import io.gapless.stream.post.Post;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;

/**
 * Collects the changes that are to be committed, in the order in which they were added. Posts that are acknowledged one
 * after the other become one change. For each gap, each note and the frontier, only the newest change is kept; the
 * older change is removed from the order. The numbers of bought posts are added up for each day. So the collection
 * stays small, even if nothing can be committed for a long time because the disk is full. Thread-safe: its lock guards
 * all fields.
 */
public final class PendingChanges {
    private final int commitPostsMax;
    /**
     * The changes, by a key. A later change replaces an earlier change with the same key, except that bought posts are
     * added up.
     */
    private final LinkedHashMap<Object, Numbered> changes = new LinkedHashMap<>();
    /** The ids of posts that were acknowledged after the last of {@link #changes} was added. */
    private final long[] ids;

    private int idCount;
    private int posts;
    private long addedCount;
    private long takenCount;

    /** A change, and its number in the order in which all changes were added. */
    private record Numbered(Change change, long count) {}

    /** The key of a change: its kind, and its gap, note, day or request. */
    private record Key(Class<?> kind, Object of) {}

    /**
     * Creates an empty collection.
     *
     * @param commitPostsMax how many posts make a commit full
     */
    public PendingChanges(int commitPostsMax) {
        this.commitPostsMax = commitPostsMax;
        this.ids = new long[commitPostsMax];
    }

    /**
     * Adds a change. Returns whether whoever commits must be woken: the collection was empty, or has just reached the
     * size of a full commit.
     */
    public synchronized boolean add(Change change) {
        boolean first = isEmpty();
        joinIds();
        Object key = key(change);
        Numbered before = changes.remove(key);
        changes.put(key, new Numbered(before == null ? change : merged(before.change(), change), ++addedCount));
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
        changes.put(new Object(), new Numbered(new Change.Acknowledged(Arrays.copyOf(ids, idCount)), ++addedCount));
        idCount = 0;
    }

    public synchronized boolean isEmpty() {
        return idCount == 0 && changes.isEmpty();
    }

    /** Returns whether there are enough posts for a full commit. */
    public synchronized boolean isEnough() {
        return posts >= commitPostsMax;
    }

    /** Removes and returns the oldest changes, up to the size of a full commit. */
    public synchronized List<Change> take() {
        joinIds();
        List<Change> taken = new ArrayList<>();
        int before = posts;
        Iterator<Numbered> oldest = changes.values().iterator();
        while (before - posts < commitPostsMax && oldest.hasNext()) {
            Numbered said = oldest.next();
            oldest.remove();
            posts -= posts(said.change());
            taken.add(said.change());
            takenCount = said.count();
        }
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
