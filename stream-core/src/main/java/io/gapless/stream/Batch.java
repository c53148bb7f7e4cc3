package io.gapless.stream;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** Holds posts that are handed over together, and the outcome of their tries so far. Owner: the handler's thread. */
final class Batch {
    final List<Post> posts;
    /** All failed tries, including those of the batch that this post was split from. */
    int failures;
    /** Whether this is a single post that has failed at its first try. */
    boolean tried;
    /** What the handler threw at the last try; null before the first failure. */
    @Nullable
    Throwable cause;

    /** Failures since the handler was last down. */
    private int failuresSince;
    /** How many of these failures count towards the dead letter. */
    private int counted;
    /** The value of {@link FirstTries#ahead} at the last failure that counted. */
    private long aheadAtLast;
    /** How many of these failures count if the inbox is crowded, when there is no room to wait for better evidence. */
    private int countedInHaste;
    /** The value of {@link FirstTries#ahead} at the first of these failures. */
    private long aheadAtFirst;

    Batch(List<Post> posts, int failures) {
        this.posts = posts;
        this.failures = failures;
    }

    /** Returns what the handler receives: new copies for each try, of which nothing has been read. */
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
     * Counts a failure while the handler is not down. The first failure counts. Each later one counts only if, since
     * the last failure that counted, more first tries of other posts have succeeded than failed. Otherwise the handler
     * itself may have gone down in the meantime.
     *
     * <p>The count for a crowded inbox is less strict. It reaches n if, since the first failure, first tries have
     * gained n − 1 successes over failures, even if all of them came at once.
     *
     * @param ahead by how many more first tries have succeeded than failed, since the start
     */
    void count(long ahead) {
        if (failuresSince++ == 0) aheadAtFirst = ahead;
        if (ahead - aheadAtFirst >= countedInHaste) countedInHaste++;
        if (counted > 0 && ahead <= aheadAtLast) return;
        counted++;
        aheadAtLast = ahead;
    }

    /** Resets the counts, because the handler itself may have caused these failures. */
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
