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
record Effort(int drops, int stalls, int reads, Duration flood) {
    static Effort full() {
        return new Effort(200, 5, 20, Duration.ofSeconds(20));
    }

    /**
     * Returns a small effort, for measures of a few seconds. They show that measuring works, but not how fast the
     * library is.
     */
    static Effort quick() {
        return new Effort(3, 1, 3, Duration.ofMillis(2_100));
    }
}
