package io.gapless.conformance;

import java.util.List;

/** One of the library's bounds as a program. */
@FunctionalInterface
interface Measure {
    List<Measured> run() throws InterruptedException;

    /** All of them; they run one after the other, so that none disturbs another. */
    static List<Measure> all(Effort effort) {
        return List.of(
                () -> List.of(Reconnecting.measure(effort.drops())),
                Closing::measureAll,
                () -> List.of(Memory.measure(effort.flood())),
                () -> List.of(Silence.measureHalfOpen(effort.stalls())),
                () -> List.of(Silence.measureStuckRead(effort.reads())));
    }
}
