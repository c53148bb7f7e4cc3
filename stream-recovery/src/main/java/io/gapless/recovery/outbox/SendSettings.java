package io.gapless.recovery.outbox;

import io.github.resilience4j.core.IntervalFunction;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalInt;

/** What was asked of the builder, checked. Immutable. */
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

    /** After how long without an acknowledged interval one is overdue. */
    Duration lateAfter() {
        Duration late = schedule.every().plus(grace);
        return late.compareTo(LATE_MAX) > 0 ? LATE_MAX : late;
    }
}
