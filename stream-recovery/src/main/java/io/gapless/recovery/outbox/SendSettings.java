package io.gapless.recovery.outbox;

import io.github.resilience4j.core.IntervalFunction;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalInt;

/** Holds the checked settings of the builder. Immutable. */
record SendSettings(
        Schedule schedule,
        Duration grace,
        Duration settle,
        Duration overlap,
        Optional<Instant> since,
        int tries,
        IntervalFunction waits,
        Duration tryAgainEvery,
        OptionalInt recordsPerSecond) {
    private static final Duration LATE_MAX = Duration.ofDays(3_650);

    /** Returns the time without an acknowledged interval after which an acknowledgement is overdue. */
    Duration lateAfter() {
        Duration late = schedule.every().plus(grace);
        return late.compareTo(LATE_MAX) > 0 ? LATE_MAX : late;
    }
}
