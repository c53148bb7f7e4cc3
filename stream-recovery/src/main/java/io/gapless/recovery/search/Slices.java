package io.gapless.recovery.search;

import io.gapless.recovery.ledger.Span;
import java.time.Duration;
import java.util.OptionalDouble;

/** Cuts the spans to search into slices of time, and computes the price of posts. Pure. */
public final class Slices {
    /** What X charges for a post, in dollars. */
    static final double POST_DOLLARS = 0.005;

    /** The length of a slice while the rate of posts is unknown. */
    static final Duration UNKNOWN = Duration.ofMinutes(15);
    /** The longest slice. It is limited, because a crash loses the time and the calls of one slice. */
    private static final Duration LONGEST = Duration.ofHours(6);
    /**
     * The number of posts that a slice is to have. It is far below the most, because posts are not spread evenly over
     * time, and the calls for a slice with too many posts are made twice.
     */
    private static final int POSTS_AIMED_AT = Slice.POSTS_MAX / 4;

    private static final double OF_POSTS_MAX = 0.8;

    private Slices() {}

    /**
     * Returns the oldest slice of a span.
     *
     * @param span the span to search, in whole seconds
     * @param postsPerSecond how many posts all rules find, on average; empty if unknown
     * @param postsMax how many posts may be bought. A slice that costs more would be bought in part and not completed
     * @return a slice of whole seconds
     */
    public static Span first(Span span, OptionalDouble postsPerSecond, long postsMax) {
        Duration length = length(postsPerSecond, Math.min(POSTS_AIMED_AT, OF_POSTS_MAX * postsMax));
        return new Span(span.from(), Span.earlier(span.from().plus(length), span.until()));
    }

    private static Duration length(OptionalDouble postsPerSecond, double postsAimedAt) {
        if (postsPerSecond.isEmpty()) return UNKNOWN;
        double seconds = postsAimedAt / Math.max(postsPerSecond.getAsDouble(), 1e-9);
        return Duration.ofSeconds((long) Math.max(1, Math.min(LONGEST.toSeconds(), seconds)));
    }

    /**
     * Returns the price of posts with pay-per-use access, without the included objects.
     *
     * @param posts how many posts
     * @return the price in dollars
     */
    public static double dollars(long posts) {
        return posts * POST_DOLLARS;
    }
}
