package io.gapless.conformance;

import java.time.Duration;
import java.util.List;

/** One of the library's bounds as a program. */
@FunctionalInterface
interface Measure {
    List<Measured> run() throws InterruptedException;

    /** All of them; they run one after the other, so that none disturbs another. */
    static List<Measure> all(int drops, Duration flood) {
        return List.of(
                () -> List.of(Reconnecting.measure(drops)),
                Closing::measureAll,
                () -> List.of(Memory.measure(flood)),
                () -> List.of(Silence.measureHalfOpen()),
                () -> List.of(Silence.measureStuckRead()));
    }
}
