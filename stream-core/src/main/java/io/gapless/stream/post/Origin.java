package io.gapless.stream.post;

/** Names where a post came from. */
public enum Origin {
    /** Received on a live connection, and not as part of a backfill. */
    LIVE,
    /** Received on a live connection as part of a backfill: the connect asked for {@code backfill_minutes}. */
    BACKFILL,
    /** Received from a recovery job: the stream endpoint with {@code start_time} and {@code end_time}. */
    RECOVERY_JOB,
    /** Found by recent search or full-archive search. */
    SEARCH,
    /** A dead letter that is handed over again on request. */
    DEAD_LETTER;

    /**
     * Returns whether the post arrived on a live connection. Posts of these origins have priority. Posts of all other
     * origins can be requested again.
     *
     * @return true for {@link #LIVE} and {@link #BACKFILL}
     */
    public boolean isLive() {
        return this == LIVE || this == BACKFILL;
    }
}
