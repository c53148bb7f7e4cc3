package io.gapless.stream;

/**
 * One of X's streams, and how it differs from the others.
 *
 * @param path the path of its URL, from the root
 * @param needsRules whether rules decide which posts it sends
 * @param backfill whether X accepts {@code backfill_minutes} on it
 * @param recoveryJobs whether X accepts {@code start_time} and {@code end_time} on it
 */
public record Endpoint(String path, boolean needsRules, boolean backfill, boolean recoveryJobs) {
    /** The filtered stream: posts that match the app's rules. */
    public static final Endpoint FILTERED_STREAM = new Endpoint("/2/tweets/search/stream", true, true, true);

    /** The sample stream: one percent of all posts. */
    public static final Endpoint SAMPLE_STREAM = new Endpoint("/2/tweets/sample/stream", false, true, false);
}
