package io.gapless.recovery;

import io.github.resilience4j.core.IntervalFunction;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * How long jobs and searches wait after a failure: X's documented ladders, as live climbs them. Each gives the delay in
 * milliseconds for the first failure, the second, and so on.
 */
final class Ladders {
    private static final Duration NETWORK_STEP = Duration.ofMillis(250);
    private static final Duration NETWORK_MAX = Duration.ofSeconds(16);

    /** The network fails: 250 ms, 500 ms, … 16 s. */
    static final IntervalFunction NETWORK =
            IntervalFunction.of(NETWORK_STEP, last -> Math.min(last + NETWORK_STEP.toMillis(), NETWORK_MAX.toMillis()));

    /** X answers with an error: 5 s, 10 s, … 320 s. */
    static final IntervalFunction HTTP =
            IntervalFunction.ofExponentialBackoff(Duration.ofSeconds(5), 2, Duration.ofSeconds(320));

    /** X's rate is used up: 60 s, 120 s, … 15 min. */
    static final IntervalFunction RATE =
            IntervalFunction.ofExponentialBackoff(Duration.ofSeconds(60), 2, Duration.ofMinutes(15));

    /** The slot of a connection that is gone frees itself after some seconds, more often than not. */
    static final Duration SLOT_TAKEN = Duration.ofSeconds(5);

    private static final List<Duration> PARKED =
            List.of(Duration.ofMinutes(1), Duration.ofMinutes(2), Duration.ofMinutes(5), Duration.ofMinutes(15));

    /** What was answered so many times in a row is not X's last word, and may last: 1, 2, 5, then 15 min. */
    static Duration parked(int times) {
        return PARKED.get(Math.min(times, PARKED.size()) - 1);
    }

    /** The same, or until the cap that X names is lifted, if that comes sooner. */
    static Duration parked(int times, Optional<Duration> untilCapReset) {
        Duration step = parked(times);
        return untilCapReset
                .map(rest -> rest.plusSeconds(1))
                .filter(rest -> rest.compareTo(Duration.ofSeconds(1)) > 0 && rest.compareTo(step) < 0)
                .orElse(step);
    }

    private Ladders() {}
}
