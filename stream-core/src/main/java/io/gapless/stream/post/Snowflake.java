package io.gapless.stream.post;

import java.time.Instant;

/**
 * Reads the time of creation from post ids. Ids since 4 November 2010 begin with that time. Thread-safe.
 *
 * <pre>
 *  63 62                                        22 21         12 11          0
 * ┌──┬────────────────────────────────────────────┬─────────────┬─────────────┐
 * │ 0│ milliseconds since 2010-11-04T01:42:54.657Z │   machine   │  sequence   │
 * └──┴────────────────────────────────────────────┴─────────────┴─────────────┘
 * </pre>
 *
 * <p>Ids sort by creation, not by delivery, so the last received id does not prove that all smaller ones have arrived.
 */
public final class Snowflake {
    private static final long EPOCH_MILLIS = 1_288_834_974_657L;
    private static final int TIME_SHIFT = 22;
    /**
     * The first id that contains a time. Smaller ids were assigned by counting, before 4 November 2010, or are made up,
     * in documents and by test servers.
     */
    private static final long FIRST = 29_700_000_000L;

    private Snowflake() {}

    /**
     * Returns whether an id contains its time of creation.
     *
     * @param id a post's id
     * @return false for ids from before 4 November 2010, zero and negative numbers
     */
    public static boolean carriesTime(long id) {
        return id >= FIRST;
    }

    /**
     * Returns when the post with an id was created.
     *
     * @param id an id for which {@link #carriesTime} is true
     * @return the time, to the millisecond
     */
    public static Instant time(long id) {
        return Instant.ofEpochMilli(millis(id));
    }

    /**
     * Returns the smallest id that a post of a given time can have.
     *
     * @param time the time; one before November 2010 yields 0
     * @return the id, built as X builds ids for times
     */
    public static long firstId(Instant time) {
        long millis = time.toEpochMilli() - EPOCH_MILLIS;
        return millis <= 0 ? 0 : millis << TIME_SHIFT;
    }

    /**
     * Returns when the post with an id was created, in milliseconds.
     *
     * @param id an id for which {@link #carriesTime} is true
     * @return the milliseconds since 1970
     */
    public static long millis(long id) {
        return (id >> TIME_SHIFT) + EPOCH_MILLIS;
    }
}
