package io.gapless.emulator;

import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A stream that the emulator has served: a live connection or a recovery job.
 *
 * @param id the connection's id in {@code /2/connections}
 * @param path the endpoint's path
 * @param query the decoded parameters
 * @param openedAt when the connection was accepted, in X's time
 * @param closedAt when the connection ended, in X's time, or null while it is open
 * @param openedNanos when the connection was accepted, as {@link System#nanoTime()} of this JVM
 * @param closedNanos when the connection ended, by the clock of {@code openedNanos}; 0 while it is open
 * @param end how the connection ended, or null while it is open
 * @param job whether the stream is a recovery job
 * @param postsSent how many posts were written to the connection
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

    /** Returns a copy that looks open. X lists a zombie in this way. */
    SeenConnection reopened() {
        return new SeenConnection(id, path, query, openedAt, null, openedNanos, 0, null, job, postsSent);
    }
}
