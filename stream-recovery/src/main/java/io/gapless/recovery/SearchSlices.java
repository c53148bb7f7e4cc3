package io.gapless.recovery;

import java.time.Duration;
import java.util.OptionalDouble;

/** Cuts what is to be searched into slices of time, and says what it costs. Pure. */
final class SearchSlices {
    /** What X charges for a post. */
    static final double POST_DOLLARS = 0.005;

    /** Used as long as nobody knows how many posts there are. */
    static final Duration UNKNOWN = Duration.ofMinutes(15);
    /** A slice is what is lost by a crash, in time and calls. */
    private static final Duration LONGEST = Duration.ofHours(6);
    /** Posts do not come evenly; a slice that is too full costs its calls twice. */
    private static final int POSTS_AIMED_AT = SearchSlice.POSTS_MAX / 4;

    private static final double OF_POSTS_MAX = 0.8;

    private SearchSlices() {}

    /**
     * The oldest slice of a span.
     *
     * @param span what to search, in whole seconds
     * @param postsPerSecond how many posts all rules find, on average; empty if unknown
     * @param postsMax how many posts may be bought; a slice that costs more would be bought in part and not be done
     * @return a slice of whole seconds
     */
    static Span first(Span span, OptionalDouble postsPerSecond, long postsMax) {
        Duration length = length(postsPerSecond, Math.min(POSTS_AIMED_AT, OF_POSTS_MAX * postsMax));
        return new Span(span.from(), Span.earlier(span.from().plus(length), span.until()));
    }

    private static Duration length(OptionalDouble postsPerSecond, double postsAimedAt) {
        if (postsPerSecond.isEmpty()) return UNKNOWN;
        double seconds = postsAimedAt / Math.max(postsPerSecond.getAsDouble(), 1e-9);
        return Duration.ofSeconds((long) Math.max(1, Math.min(LONGEST.toSeconds(), seconds)));
    }

    /**
     * What posts cost on pay-per-use, included objects not counted.
     *
     * @param posts how many
     * @return dollars
     */
    static double dollars(long posts) {
        return posts * POST_DOLLARS;
    }
}
