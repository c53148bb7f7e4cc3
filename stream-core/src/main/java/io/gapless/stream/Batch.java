package io.gapless.stream;

import io.gapless.stream.pace.FirstTries;
import io.gapless.stream.post.Post;
import io.gapless.stream.spi.ReceivedPost;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Holds posts that are handed over together, and the outcome of their tries so far. Owner: the handler's thread. */
final class Batch {
    final List<ReceivedPost> posts;
    /**
     * How many tries have failed. If this batch holds one post of a batch that was split, the failed tries of the split
     * batch count, too.
     */
    int failures;
    /** Whether this batch holds a single post, and a try of that post alone has failed. */
    boolean tried;
    /** What the handler threw at the last try; null before the first failure. */
    @Nullable
    Throwable cause;

    /** How many tries have failed since the handler was last down. */
    private int failuresSince;
    /** How many of the failures in {@code failuresSince} count towards making the post a dead letter. */
    private int counted;
    /** The value of {@link FirstTries#ahead} when {@code counted} last rose. */
    private long aheadAtLast;
    /**
     * How many of the failures in {@code failuresSince} count by the rule for a crowded inbox. This rule is less
     * strict, because posts cannot wait long in a crowded inbox.
     */
    private int countedInHaste;
    /** The value of {@link FirstTries#ahead} at the first of the failures in {@code failuresSince}. */
    private long aheadAtFirst;

    Batch(List<ReceivedPost> posts, int failures) {
        this.posts = posts;
        this.failures = failures;
    }

    /** Returns new copies of the posts, for one try of the handler. Nothing has been read from these copies yet. */
    List<Post> unread() {
        if (posts.size() == 1) return List.of(posts.get(0).unread());
        return posts.stream().<Post>map(ReceivedPost::unread).toList();
    }

    boolean holds(long id) {
        return holds(posts, id);
    }

    static boolean holds(List<ReceivedPost> posts, long id) {
        for (int i = 0; i < posts.size(); i++) if (posts.get(i).id() == id) return true;
        return false;
    }

    /**
     * Records a failed try of this post while the handler is not down. The first failure counts. A later failure counts
     * only if more first tries of other posts have succeeded than failed since the last failure that counted. Otherwise
     * the handler itself may have gone down in the meantime.
     *
     * <p>The rule for a crowded inbox is less strict. A failure raises {@code countedInHaste} from n to n + 1 if, since
     * the first failure of this post, successes of first tries exceed their failures by at least n. All these successes
     * may have come between two failures of this post.
     *
     * @param ahead how many more first tries have succeeded than failed since the start: {@link FirstTries#ahead}
     */
    void count(long ahead) {
        if (failuresSince++ == 0) aheadAtFirst = ahead;
        if (ahead - aheadAtFirst >= countedInHaste) countedInHaste++;
        if (counted > 0 && ahead <= aheadAtLast) return;
        counted++;
        aheadAtLast = ahead;
    }

    /** Resets all counts except {@code failures}, because the handler and not the post may have caused the failures. */
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
