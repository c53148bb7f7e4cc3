package io.gapless.recovery.state;

import io.gapless.recovery.ledger.Span;
import io.gapless.stream.post.Snowflake;
import java.time.Instant;

/**
 * Holds the smallest and the largest id that a post created in a span can have. Ids carry their time in milliseconds,
 * so the range covers each millisecond that the span touches, even in part.
 *
 * @param first the smallest id
 * @param last the largest id
 */
public record IdRange(long first, long last) {
    /** The latest time that an id of 63 bits can carry, in the year 2080. */
    private static final Instant LAST_TIME = Snowflake.time(Long.MAX_VALUE);

    /** Returns the range of a span. */
    public static IdRange of(Span created) {
        long first = firstId(created.from());
        Instant lastMoment = created.until().minusNanos(1);
        long last = lastMoment.isBefore(LAST_TIME) ? firstId(lastMoment.plusMillis(1)) - 1 : Long.MAX_VALUE;
        return new IdRange(first, Math.max(first, last));
    }

    /** Returns the smallest id that a post created at a moment can have. */
    static long firstId(Instant moment) {
        if (moment.isBefore(Instant.EPOCH)) return 0;
        return moment.isBefore(LAST_TIME) ? Snowflake.firstId(moment) : Long.MAX_VALUE;
    }
}
