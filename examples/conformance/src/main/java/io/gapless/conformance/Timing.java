package io.gapless.conformance;

import java.time.Duration;

/**
 * How long things take.
 *
 * @param window how long a fault that repeats is watched
 * @param stallTimeout the library's setting in the half-open row
 * @param wholeWaits whether waits of a minute are sat out; otherwise the planned wait counts
 */
record Timing(Duration window, Duration stallTimeout, boolean wholeWaits) {
    /** The library's defaults, in real time. */
    static Timing real(Duration window) {
        return new Timing(window, Duration.ofSeconds(25), true);
    }

    /** Some seconds altogether. */
    static Timing quick() {
        return new Timing(Duration.ofSeconds(3), Duration.ofSeconds(1), false);
    }
}
