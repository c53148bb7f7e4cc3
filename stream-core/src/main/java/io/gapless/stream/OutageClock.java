package io.gapless.stream;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Times outages: from the last signal on the last live connection, not from its detection, to the first signal on the
 * next. Owner: the stream's thread.
 */
final class OutageClock {
    private int outages;
    private @Nullable Disconnection cause;
    private Instant from = Instant.EPOCH;
    private Instant detectedAt = Instant.EPOCH;
    private boolean slowReader;

    /** The last live connection has ended; returns the outage's id. */
    int begin(Disconnection how, Instant lastSignalAt, boolean afterPause, Instant now) {
        outages++;
        cause = how;
        from = lastSignalAt;
        detectedAt = now;
        slowReader = afterPause;
        return outages;
    }

    /** The wall clock was set back: what lies behind is told by the new clock, so that lengths stay true. */
    void setBack(Duration by) {
        from = from.minus(by);
        detectedAt = detectedAt.minus(by);
    }

    /** A connection is live; returns the outage that this ends, if there is one. */
    Optional<Outage> end(Instant now) {
        if (cause == null) return Optional.empty();
        Outage outage = new Outage(outages, cause, from, detectedAt, now, slowReader);
        cause = null;
        return Optional.of(outage);
    }
}
