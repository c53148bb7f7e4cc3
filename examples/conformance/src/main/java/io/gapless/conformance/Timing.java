package io.gapless.conformance;

import java.time.Duration;

/**
 * How long things take.
 *
 * @param window how long a fault that repeats is watched
 * @param stallTimeout the library's setting in the half-open row
 * @param noticedWithin how long after that the silence may be noticed
 * @param wholeWaits whether waits of a minute are sat out; otherwise the planned wait counts
 */
record Timing(Duration window, Duration stallTimeout, Duration noticedWithin, boolean wholeWaits) {
    /** The library's defaults, in real time. */
    static Timing real(Duration window) {
        return new Timing(window, Duration.ofSeconds(25), Duration.ofSeconds(1), true);
    }

    /** Some seconds altogether, on a machine that may be busy. */
    static Timing quick() {
        return new Timing(Duration.ofSeconds(3), Duration.ofSeconds(1), Duration.ofSeconds(10), false);
    }
}
