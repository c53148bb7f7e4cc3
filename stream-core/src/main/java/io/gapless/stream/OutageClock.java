package io.gapless.stream;

import io.gapless.stream.event.Disconnection;
import io.gapless.stream.event.Outage;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Measures outages, from the last signal of the last live connection to the first signal of the next one. The length
 * does not depend on when the outage was detected. Owner: the stream's thread.
 */
final class OutageClock {
    private int outages;
    private @Nullable Disconnection cause;
    private Instant from = Instant.EPOCH;
    private Instant detectedAt = Instant.EPOCH;
    private boolean slowReader;

    /** Starts an outage, because the last live connection has ended; returns the outage's id. */
    int begin(Disconnection how, Instant lastSignalAt, boolean afterPause, Instant now) {
        outages++;
        cause = how;
        from = lastSignalAt;
        detectedAt = now;
        slowReader = afterPause;
        return outages;
    }

    /**
     * Moves the times of the current outage back, because the wall clock was set back. So the outage keeps its length.
     */
    void setBack(Duration by) {
        from = from.minus(by);
        detectedAt = detectedAt.minus(by);
    }

    /** Ends the current outage, because a connection is up; returns the outage, or empty if there was no outage. */
    Optional<Outage> end(Instant now) {
        if (cause == null) return Optional.empty();
        Outage outage = new Outage(outages, cause, from, detectedAt, now, slowReader);
        cause = null;
        return Optional.of(outage);
    }
}
