package io.gapless.conformance;

import java.time.Duration;

/**
 * Sets how often, or how long, each measure repeats its fault.
 *
 * @param drops how often a healthy connection is ended
 * @param stalls how often the server falls silent
 * @param reads how many pending reads are cancelled
 * @param flood how long posts flood a handler that never returns
 */
record Repeats(int drops, int stalls, int reads, Duration flood) {
    static Repeats full() {
        return new Repeats(200, 5, 20, Duration.ofSeconds(20));
    }

    /**
     * Returns a small effort, for measures of a few seconds. They show that measuring works, but not how fast the
     * library is.
     */
    static Repeats quick() {
        return new Repeats(3, 1, 3, Duration.ofMillis(2_100));
    }
}
