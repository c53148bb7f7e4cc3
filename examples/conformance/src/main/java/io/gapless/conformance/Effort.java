package io.gapless.conformance;

import java.time.Duration;

/**
 * How much is measured.
 *
 * @param drops how often a healthy connection is ended
 * @param stalls how often the server falls silent
 * @param reads how many stuck reads are cancelled
 * @param flood how long a handler that never returns is flooded
 */
record Effort(int drops, int stalls, int reads, Duration flood) {
    static Effort full() {
        return new Effort(200, 5, 20, Duration.ofSeconds(20));
    }

    /** Some seconds altogether; says whether measuring works, not how fast the library is. */
    static Effort quick() {
        return new Effort(3, 1, 3, Duration.ofMillis(2_100));
    }
}
