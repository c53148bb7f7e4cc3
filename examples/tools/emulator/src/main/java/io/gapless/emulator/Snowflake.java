package io.gapless.emulator;

/**
 * Converts between X's ids and times. An id has 41 bits for the milliseconds since November 2010, 10 bits for the
 * machine and 12 bits for a sequence number.
 */
final class Snowflake {
    static final int SEQUENCES_PER_MILLI = 1 << 12;
    private static final long EPOCH_MILLIS = 1_288_834_974_657L;
    private static final long LAST_MILLI = (1L << 41) - 1;
    private static final int TIME_SHIFT = 22;
    private static final int MACHINE_SHIFT = 12;

    private Snowflake() {}

    static long millisOf(long id) {
        return (id >> TIME_SHIFT) + EPOCH_MILLIS;
    }

    /**
     * Returns the smallest id of a post that is created at this time. A time that ids cannot hold is replaced by the
     * nearest time that ids can hold.
     */
    static long firstAt(long millis) {
        return Math.max(0, Math.min(millis - EPOCH_MILLIS, LAST_MILLI)) << TIME_SHIFT;
    }

    static long id(long millis, int machine, int sequence) {
        return firstAt(millis) | (long) machine << MACHINE_SHIFT | sequence;
    }

    /** Returns the id whose time is {@code millis} earlier, with the same machine and sequence number. */
    static long earlier(long id, long millis) {
        return id - (millis << TIME_SHIFT);
    }
}
