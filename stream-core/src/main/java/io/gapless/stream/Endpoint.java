package io.gapless.stream;

/**
 * A stream of X: everything about it that differs from its siblings.
 *
 * @param path from the root on
 * @param needsRules whether rules decide what it brings
 * @param backfill whether it takes {@code backfill_minutes}
 * @param recoveryJobs whether it takes {@code start_time} and {@code end_time}
 */
public record Endpoint(String path, boolean needsRules, boolean backfill, boolean recoveryJobs) {
    /** Posts that match the app's rules. */
    public static final Endpoint FILTERED_STREAM = new Endpoint("/2/tweets/search/stream", true, true, true);

    /** One percent of all posts. */
    public static final Endpoint SAMPLE_STREAM = new Endpoint("/2/tweets/sample/stream", false, true, false);
}
