package io.gapless.stream;

import java.time.Instant;

/**
 * Time in ids. Since 4 November 2010 a post's id begins with its moment of creation.
 *
 * <pre>
 *  63 62                                        22 21         12 11          0
 * ┌──┬────────────────────────────────────────────┬─────────────┬─────────────┐
 * │ 0│ milliseconds since 2010-11-04T01:42:54.657Z │   machine   │  sequence   │
 * └──┴────────────────────────────────────────────┴─────────────┴─────────────┘
 * </pre>
 *
 * <p>Ids sort by creation, not by delivery; a last id is no watermark.
 */
public final class Snowflake {
    private static final long EPOCH_MILLIS = 1_288_834_974_657L;
    private static final int TIME_SHIFT = 22;
    /** Ids below this were counted up before 4 November 2010, or are made up by documents and test servers. */
    private static final long FIRST = 29_700_000_000L;

    private Snowflake() {}

    /**
     * Whether an id tells its time.
     *
     * @param id a post's id
     * @return false for ids of before 4 November 2010, zero and negative numbers
     */
    public static boolean carriesTime(long id) {
        return id >= FIRST;
    }

    /**
     * When the id was made.
     *
     * @param id an id that {@link #carriesTime}
     * @return the moment, in milliseconds
     */
    public static Instant time(long id) {
        return Instant.ofEpochMilli(millis(id));
    }

    /**
     * The smallest id of a moment.
     *
     * @param time the moment; before November 2010 gives 0
     * @return the id, as X itself makes up ids for times
     */
    public static long firstId(Instant time) {
        long millis = time.toEpochMilli() - EPOCH_MILLIS;
        return millis <= 0 ? 0 : millis << TIME_SHIFT;
    }

    static long millis(long id) {
        return (id >> TIME_SHIFT) + EPOCH_MILLIS;
    }
}
