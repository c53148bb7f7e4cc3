package io.gapless.stream;

import io.gapless.stream.seam.Durations;
import java.time.Duration;

/**
 * Decides when a failed post is handed over again, and after how many tries it is dead-lettered.
 *
 * @param tries how many failed tries make the post a dead letter; a try counts only while the handler works
 * @param firstPause the pause before the second try
 * @param longestPause the longest pause; each pause is twice as long as the one before it, up to this length
 */
record Retries(int tries, Duration firstPause, Duration longestPause) {
    static final Retries STANDARD = new Retries(6, Duration.ofMillis(500), Duration.ofSeconds(5));

    private static final Duration PAUSE_MIN = Duration.ofMillis(1);
    private static final Duration PAUSE_MAX = Duration.ofHours(1);

    static Retries checked(int tries, Duration firstPause, Duration longestPause) {
        // With a limit of two tries, another post must succeed between the two. With a limit of one, a single bad post
        // would look like a handler that is down.
        if (tries < 2 || tries > 100) {
            throw new IllegalArgumentException("tries is " + tries + ". It must be between 2 and 100.");
        }
        Durations.checked("firstPause", firstPause, PAUSE_MIN, PAUSE_MAX);
        return new Retries(tries, firstPause, Durations.checked("longestPause", longestPause, firstPause, PAUSE_MAX));
    }

    /** Returns the pause after a number of failures, at least 1, in nanoseconds. */
    long pauseNanos(int failures) {
        long first = firstPause.toNanos();
        long longest = longestPause.toNanos();
        // At most an hour in nanoseconds, times at most 2^20: this does not overflow.
        return Math.min(longest, first << Math.min(failures - 1, 20));
    }
}
