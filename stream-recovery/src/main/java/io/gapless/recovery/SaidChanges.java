package io.gapless.recovery;

import io.gapless.recovery.state.Change;
import io.gapless.stream.Post;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * What is to be remembered and not yet being committed, in the order in which it was said. Posts that are acknowledged one
 * after the other become one change. Thread-safe: its lock guards all.
 */
final class SaidChanges {
    private final int commitPostsMax;
    private final ArrayDeque<Change> changes = new ArrayDeque<>();
    /** Of posts that were acknowledged after the last of the changes. */
    private final long[] ids;

    private int idCount;
    private int posts;

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
        changes.add(change);
        return more(posts(change)) || first;
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
        changes.add(new Change.Acknowledged(Arrays.copyOf(ids, idCount)));
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
        while (before - posts < commitPostsMax && !changes.isEmpty()) {
            Change change = changes.remove();
            posts -= posts(change);
            taken.add(change);
        }
        return taken;
    }

    /** How many posts are done with by a change. */
    static int posts(Change change) {
        if (change instanceof Change.Acknowledged acknowledged) return acknowledged.ids().length;
        return change instanceof Change.DeadLettered ? 1 : 0;
    }
}
