package io.gapless.recovery;

import io.gapless.recovery.state.Change;
import io.gapless.stream.Post;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;

/**
 * What is to be remembered and not yet being committed, in the order in which it was said. Posts that are acknowledged one
 * after the other become one change; of a gap, the frontier or a note only the last word is kept, where it was said, and
 * what search bought is summed up: so it stays small, however long the disk is full. Thread-safe: its lock guards all.
 */
final class SaidChanges {
    private final int commitPostsMax;
    /** By what a later change takes the place of an earlier one. */
    private final LinkedHashMap<Object, Said> changes = new LinkedHashMap<>();
    /** Of posts that were acknowledged after the last of the changes. */
    private final long[] ids;

    private int idCount;
    private int posts;
    private long saidCount;
    private long takenCount;

    /** A change, and how many there were with it. */
    private record Said(Change change, long count) {}

    /** Of whatever kind, and of whichever gap, note or day. */
    private record Key(Class<?> kind, Object of) {}

    /**
     * Nothing was said yet.
     *
     * @param commitPostsMax how many posts make a commit full
     */
    SaidChanges(int commitPostsMax) {
        this.commitPostsMax = commitPostsMax;
        this.ids = new long[commitPostsMax];
    }

    /** Returns whether whoever commits must know: nothing was waiting before, or now it is enough. */
    synchronized boolean add(Change change) {
        boolean first = isEmpty();
        joinIds();
        Object key = key(change);
        Said before = changes.remove(key);
        changes.put(key, new Said(before == null ? change : merged(before.change(), change), ++saidCount));
        return more(posts(change)) || first;
    }

    /** What nothing takes the place of is its own key. */
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

    /** Returns the same as {@link #add}. */
    synchronized boolean addAcknowledged(List<Post> handled) {
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
        changes.put(new Object(), new Said(new Change.Acknowledged(Arrays.copyOf(ids, idCount)), ++saidCount));
        idCount = 0;
    }

    synchronized boolean isEmpty() {
        return idCount == 0 && changes.isEmpty();
    }

    /** Whether it makes a full commit. */
    synchronized boolean isEnough() {
        return posts >= commitPostsMax;
    }

    /** Takes what makes a commit, or all that there is. */
    synchronized List<Change> take() {
        joinIds();
        List<Change> taken = new ArrayList<>();
        int before = posts;
        Iterator<Said> oldest = changes.values().iterator();
        while (before - posts < commitPostsMax && oldest.hasNext()) {
            Said said = oldest.next();
            oldest.remove();
            posts -= posts(said.change());
            taken.add(said.change());
            takenCount = said.count();
        }
        return taken;
    }

    /** How much was said so far. */
    synchronized long mark() {
        return idCount == 0 ? saidCount : saidCount + 1;
    }

    /** Whether all was taken that was said before a mark. */
    synchronized boolean isTaken(long mark) {
        return isEmpty() || takenCount >= mark;
    }

    /** How many posts are done with by a change. */
    static int posts(Change change) {
        if (change instanceof Change.Acknowledged acknowledged) return acknowledged.ids().length;
        return change instanceof Change.DeadLettered ? 1 : 0;
    }
}
