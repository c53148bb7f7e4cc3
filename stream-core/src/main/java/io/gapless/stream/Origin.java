package io.gapless.stream;

/** Where a post came from. */
public enum Origin {
    /** The live connection, as it happened. */
    LIVE,
    /** The live connection, sent again because the connect asked for {@code backfill_minutes}. */
    BACKFILL,
    /** A Recovery job: the stream endpoint with {@code start_time} and {@code end_time}. */
    RECOVERY_JOB,
    /** Recent or full-archive search. */
    SEARCH,
    /** Given up before, and handed over again because a person asked for it. */
    DEAD_LETTER;

    /**
     * Whether it came on the live connection: such posts go first, and are gone if they are not taken in. All others are
     * fetched when there is time, and can be fetched again.
     *
     * @return true for {@link #LIVE} and {@link #BACKFILL}
     */
    public boolean isLive() {
        return this == LIVE || this == BACKFILL;
    }
}
