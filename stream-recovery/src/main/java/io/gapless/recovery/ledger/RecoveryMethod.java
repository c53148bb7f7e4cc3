package io.gapless.recovery.ledger;

/** Names the ways to recover posts. */
public enum RecoveryMethod {
    /** Backfill: {@code backfill_minutes} on the live connection. Reaches back 5 minutes. */
    BACKFILL,
    /** Recovery job: the stream endpoint with {@code start_time} and {@code end_time}. Reaches back 24 hours. */
    RECOVERY_JOB,
    /** Recent search. Reaches back 7 days. */
    SEARCH,
    /** Full-archive search. Reaches back to X's first post. Only some accounts have it. */
    ARCHIVE_SEARCH;

    /**
     * Returns the method in words, for a sentence.
     *
     * @return words in lower case
     */
    public String words() {
        return switch (this) {
            case BACKFILL -> "backfill";
            case RECOVERY_JOB -> "recovery job";
            case SEARCH -> "search";
            case ARCHIVE_SEARCH -> "full-archive search";
        };
    }
}
