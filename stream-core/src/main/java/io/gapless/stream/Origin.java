package io.gapless.stream;

/** Names where a post came from. */
public enum Origin {
    /** Received live. */
    LIVE,
    /** Received on the live connection, because the connect asked for {@code backfill_minutes}. */
    BACKFILL,
    /** Received from a recovery job: the stream endpoint with {@code start_time} and {@code end_time}. */
    RECOVERY_JOB,
    /** Found by recent search or full-archive search. */
    SEARCH,
    /** A dead letter that is handed over again on request. */
    DEAD_LETTER;

    /**
     * Returns whether the post arrived on a live connection. Such posts have priority. All others can be requested
     * again.
     *
     * @return true for {@link #LIVE} and {@link #BACKFILL}
     */
    public boolean isLive() {
        return this == LIVE || this == BACKFILL;
    }
}
