package io.gapless.recovery.state;

import io.gapless.recovery.ledger.Span;
import io.gapless.stream.post.Snowflake;
import java.util.Arrays;
import java.util.stream.LongStream;

/** Holds the ids of acknowledged posts, as the store remembered them at one moment. Immutable. */
public final class AcknowledgedIds {
    public static final AcknowledgedIds NONE = new AcknowledgedIds(new long[0]);

    private final long[] sorted;

    private AcknowledgedIds(long[] sorted) {
        this.sorted = sorted;
    }

    public static AcknowledgedIds of(long... ids) {
        return new AcknowledgedIds(LongStream.of(ids).sorted().distinct().toArray());
    }

    /**
     * Reads from the store the ids of acknowledged posts that were created within a span, and all ids that carry no
     * time.
     */
    public static AcknowledgedIds read(StateStore store, Span created) {
        LongStream.Builder ids = LongStream.builder();
        store.ids(created, ids::add);
        return of(ids.build().toArray());
    }

    public boolean contains(long id) {
        return Arrays.binarySearch(sorted, id) >= 0;
    }

    /** Returns how many of the acknowledged posts were created within a span. Ids that carry no time do not count. */
    public long createdWithin(Span span) {
        return LongStream.of(sorted).filter(id -> isWithin(id, span)).count();
    }

    private static boolean isWithin(long id, Span span) {
        return Snowflake.carriesTime(id) && span.contains(Snowflake.time(id));
    }
}
