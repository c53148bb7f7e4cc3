package io.gapless.conformance;

import java.time.Duration;

/**
 * Sets the durations of a run.
 *
 * @param window how long to watch a fault that repeats
 * @param stallTimeout the library's setting in the half-open row
 * @param noticedWithin how long after the stall timeout the library may report the stall
 * @param wholeWaits whether to sit out waits of a minute; otherwise the planned wait counts
 */
record Timing(Duration window, Duration stallTimeout, Duration noticedWithin, boolean wholeWaits) {
    /** Returns the timing of a full run: the library's defaults, in real time. */
    static Timing real(Duration window) {
        return new Timing(window, Duration.ofSeconds(25), Duration.ofSeconds(1), true);
    }

    /** Returns a timing of some seconds, which a busy machine can keep. */
    static Timing quick() {
        return new Timing(Duration.ofSeconds(3), Duration.ofSeconds(1), Duration.ofSeconds(10), false);
    }
}
