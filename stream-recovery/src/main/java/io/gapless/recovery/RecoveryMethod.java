package io.gapless.recovery;

/** How posts are recovered. */
public enum RecoveryMethod {
    /** {@code backfill_minutes} on the live connect; the last 5 minutes. */
    BACKFILL,
    /** A Recovery job with {@code start_time} and {@code end_time}; the last 24 hours. */
    RECOVERY_JOB,
    /** Recent search; the last 7 days. */
    SEARCH,
    /** Full-archive search, where the account has it. */
    ARCHIVE_SEARCH
}
