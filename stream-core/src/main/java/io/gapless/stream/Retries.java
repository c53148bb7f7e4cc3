package io.gapless.stream;

import java.time.Duration;

/**
 * When a post that failed is handed over again.
 *
 * @param tries how often it may fail, each time while others succeed, before it is dead-lettered
 * @param firstPause the wait before its second try
 * @param longestPause waits are doubled up to this
 */
record Retries(int tries, Duration firstPause, Duration longestPause) {
    static final Retries STANDARD = new Retries(6, Duration.ofMillis(500), Duration.ofSeconds(5));

    private static final Duration PAUSE_MIN = Duration.ofMillis(1);
    private static final Duration PAUSE_MAX = Duration.ofHours(1);

    static Retries checked(int tries, Duration firstPause, Duration longestPause) {
        // At two, one other post must succeed in between: below it, nothing would tell a bad post from a handler that
        // is
        // down.
        if (tries < 2 || tries > 100) {
            throw new IllegalArgumentException("tries is " + tries + ". It must be between 2 and 100.");
        }
        Durations.checked("firstPause", firstPause, PAUSE_MIN, PAUSE_MAX);
        return new Retries(tries, firstPause, Durations.checked("longestPause", longestPause, firstPause, PAUSE_MAX));
    }

    /** The wait after so many failures, at least one. */
    long pauseNanos(int failures) {
        long first = firstPause.toNanos();
        long longest = longestPause.toNanos();
        // At most an hour of nanoseconds, and at most 2^20 times that: no overflow.
        return Math.min(longest, first << Math.min(failures - 1, 20));
    }
}
