package io.gapless.emulator;

/** The arithmetic of X's ids: 41 bits of milliseconds since November 2010, 10 bits of machine, 12 bits of sequence. */
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

    /** The smallest id that a post created at this moment can have; moments outside of what ids reach are moved there. */
    static long firstAt(long millis) {
        return Math.max(0, Math.min(millis - EPOCH_MILLIS, LAST_MILLI)) << TIME_SHIFT;
    }

    static long id(long millis, int machine, int sequence) {
        return firstAt(millis) | (long) machine << MACHINE_SHIFT | sequence;
    }

    /** The id that lies this much earlier, with the same machine and sequence. */
    static long earlier(long id, long millis) {
        return id - (millis << TIME_SHIFT);
    }
}
