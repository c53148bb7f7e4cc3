package io.gapless.recovery;

import io.github.resilience4j.core.IntervalFunction;
import java.time.Duration;

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

    /** X lets nothing through until a person does something. */
    static final Duration PARKED = Duration.ofMinutes(15);

    private Ladders() {}
}
