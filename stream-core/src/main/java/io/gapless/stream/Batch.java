package io.gapless.stream;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** Posts that are handed over together, and what came of it so far. Owner: the handler's thread. */
final class Batch {
    final List<Post> posts;
    /** Tries that failed, all of them. */
    int failures;
    /** Whether it has had its first try as a single post. */
    boolean tried;
    /** What the last try threw. */
    @Nullable
    Throwable cause;

    /** Failures since the handler was down last. */
    private int failuresSince;
    /** Those of them that count. */
    private int counted;
    /** By how much first tries were ahead at the last one that counts. */
    private long aheadAtLast;
    /** Those of them that count where there is no room to wait for better evidence. */
    private int countedInHaste;
    /** By how much first tries were ahead at the first of them. */
    private long aheadAtFirst;

    Batch(List<Post> posts, int failures) {
        this.posts = posts;
        this.failures = failures;
    }

    /** What the handler gets, anew with each try. */
    List<Post> unread() {
        if (posts.size() == 1) return List.of(posts.get(0).unread());
        return posts.stream().map(Post::unread).toList();
    }

    boolean holds(long id) {
        return holds(posts, id);
    }

    static boolean holds(List<Post> posts, long id) {
        for (int i = 0; i < posts.size(); i++) if (posts.get(i).id() == id) return true;
        return false;
    }

    /**
     * Counts a failure while the handler works. After the first, each counts only if one more of the other posts has
     * succeeded than failed since the last one that counts: otherwise the handler may have gone down meanwhile. In haste,
     * it is enough if as many have succeeded since the first one, be it all at once.
     *
     * @param ahead by how many more posts have succeeded at their first try than failed, ever
     */
    void count(long ahead) {
        if (failuresSince++ == 0) aheadAtFirst = ahead;
        if (ahead - aheadAtFirst >= countedInHaste) countedInHaste++;
        if (counted > 0 && ahead <= aheadAtLast) return;
        counted++;
        aheadAtLast = ahead;
    }

    /** What was counted may have been the handler's fault. */
    void forget() {
        failuresSince = 0;
        counted = 0;
        countedInHaste = 0;
    }

    boolean isBad(Retries retries, boolean inHaste) {
        return (inHaste ? countedInHaste : counted) >= retries.tries();
    }

    long pauseNanos(Retries retries) {
        return retries.pauseNanos(failuresSince);
    }
}
