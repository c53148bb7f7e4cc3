package io.gapless.emulator;

import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A stream that the emulator has served: a live connection or a recovery job.
 *
 * @param id its id in {@code /2/connections}
 * @param path the endpoint's path
 * @param query the decoded parameters
 * @param openedAt when it was accepted, in X's time
 * @param closedAt when it ended, or null while it is open
 * @param openedNanos when it was accepted, as {@link System#nanoTime()} of this JVM
 * @param closedNanos when it ended, by the same clock; 0 while it is open
 * @param end how it ended, or null while it is open
 * @param job whether it is a recovery job
 * @param postsSent how many posts were written to it
 */
public record SeenConnection(
        String id,
        String path,
        Map<String, String> query,
        Instant openedAt,
        @Nullable Instant closedAt,
        long openedNanos,
        long closedNanos,
        @Nullable ConnectionEnd end,
        boolean job,
        long postsSent) {

    /**
     * Returns whether the connection is open.
     *
     * @return true until it has ended
     */
    public boolean open() {
        return end == null;
    }

    /** Returns the connection as it was before it ended. */
    SeenConnection reopened() {
        return new SeenConnection(id, path, query, openedAt, null, openedNanos, 0, null, job, postsSent);
    }
}
