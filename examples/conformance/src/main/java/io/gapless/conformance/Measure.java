package io.gapless.conformance;

import java.util.List;

/** Measures whether the library keeps one or several of its bounds, such as the time to reconnect. */
@FunctionalInterface
interface Measure {
    List<Measured> run() throws InterruptedException;

    /** Returns all measures. They run one after the other, so that they do not disturb each other. */
    static List<Measure> all(Effort effort) {
        return List.of(
                () -> List.of(Reconnecting.measure(effort.drops())),
                Closing::measureAll,
                () -> List.of(Memory.measure(effort.flood())),
                () -> List.of(Silence.measureHalfOpen(effort.stalls())),
                () -> List.of(Silence.measureStuckRead(effort.reads())));
    }
}
