package io.gapless.recovery.outbox;

import io.github.resilience4j.core.IntervalFunction;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/** What was asked of the builder, checked. Immutable. */
record SendSettings(
        Schedule schedule,
        Duration grace,
        Duration settle,
        Duration overlap,
        Optional<Instant> since,
        int tries,
        IntervalFunction waits) {}
