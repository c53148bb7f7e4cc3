package io.gapless.recovery.state;

import io.gapless.recovery.Span;
import io.gapless.stream.Snowflake;
import java.time.Instant;

/**
 * The ids that posts created in a span can have. A millisecond that is touched counts whole.
 *
 * @param first the smallest
 * @param last the largest
 */
record IdRange(long first, long last) {
    /** The end of what 63 bits can tell, in the year 2080. */
    private static final Instant LAST_TIME = Snowflake.time(Long.MAX_VALUE);

    static IdRange of(Span created) {
        long first = firstId(created.from());
        Instant lastMoment = created.until().minusNanos(1);
        long last = lastMoment.isBefore(LAST_TIME) ? firstId(lastMoment.plusMillis(1)) - 1 : Long.MAX_VALUE;
        return new IdRange(first, Math.max(first, last));
    }

    private static long firstId(Instant moment) {
        if (moment.isBefore(Instant.EPOCH)) return 0;
        return moment.isBefore(LAST_TIME) ? Snowflake.firstId(moment) : Long.MAX_VALUE;
    }
}
