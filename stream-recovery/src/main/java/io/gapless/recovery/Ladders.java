package io.gapless.recovery;

import io.github.resilience4j.core.IntervalFunction;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * Holds the back-off ladders of recovery jobs and searches. They are X's documented ladders, which live connections
 * use, too. Each ladder returns the wait in milliseconds after the first failure, the second, and so on.
 */
final class Ladders {
    private static final Duration NETWORK_STEP = Duration.ofMillis(250);
    private static final Duration NETWORK_MAX = Duration.ofSeconds(16);

    /** For failures of the network: 250 ms, 500 ms, … 16 s. */
    static final IntervalFunction NETWORK =
            IntervalFunction.of(NETWORK_STEP, last -> Math.min(last + NETWORK_STEP.toMillis(), NETWORK_MAX.toMillis()));

    /** For answers with an HTTP error: 5 s, 10 s, … 320 s. */
    static final IntervalFunction HTTP =
            IntervalFunction.ofExponentialBackoff(Duration.ofSeconds(5), 2, Duration.ofSeconds(320));

    /** For a used-up rate limit: 60 s, 120 s, … 15 min. */
    static final IntervalFunction RATE =
            IntervalFunction.ofExponentialBackoff(Duration.ofSeconds(60), 2, Duration.ofMinutes(15));

    /**
     * The first wait after a refusal because all connections are taken. X usually frees the slot of an ended connection
     * after some seconds.
     */
    static final Duration SLOT_TAKEN = Duration.ofSeconds(5);

    private static final List<Duration> PARKED =
            List.of(Duration.ofMinutes(1), Duration.ofMinutes(2), Duration.ofMinutes(5), Duration.ofMinutes(15));

    /**
     * Returns how long to park a method after a number of answers in a row that were not X's last word: 1 min, 2 min, 5
     * min, then 15 min each time.
     */
    static Duration parked(int times) {
        return PARKED.get(Math.min(times, PARKED.size()) - 1);
    }

    /**
     * Returns the same wait as {@link #parked(int)}. If X has named the end of a cap, and this end is nearer, returns
     * the time until then plus 1 s.
     */
    static Duration parked(int times, Optional<Duration> untilCapReset) {
        Duration step = parked(times);
        return untilCapReset
                .map(rest -> rest.plusSeconds(1))
                .filter(rest -> rest.compareTo(Duration.ofSeconds(1)) > 0 && rest.compareTo(step) < 0)
                .orElse(step);
    }

    private Ladders() {}
}
