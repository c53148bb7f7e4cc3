package io.gapless.conformance;

import java.time.Duration;

/**
 * Sets the durations with which the rows of the conformance table are played.
 *
 * @param window how long to watch a fault that repeats
 * @param stallTimeout the library's setting in the half-open row
 * @param noticedWithin how long after the stall timeout the library may report the stall
 * @param wholeWaits whether to wait until a wait of a minute or more is over; if false, only the planned length of the
 *     wait is checked
 */
record Timing(Duration window, Duration stallTimeout, Duration noticedWithin, boolean wholeWaits) {
    /** Returns the timing of the published table: the library's default settings, and every wait to its end. */
    static Timing real(Duration window) {
        return new Timing(window, Duration.ofSeconds(25), Duration.ofSeconds(1), true);
    }

    /** Returns a timing of a few seconds, with a tolerance that a busy machine can keep. */
    static Timing quick() {
        return new Timing(Duration.ofSeconds(3), Duration.ofSeconds(1), Duration.ofSeconds(10), false);
    }
}
