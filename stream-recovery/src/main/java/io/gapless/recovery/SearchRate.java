package io.gapless.recovery;

import io.gapless.stream.seam.Head;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * How many calls X still takes in its current window of 15 minutes: by our own count, until X's headers say better.
 * Another program may use the same app. Owner: {@link SearchCalls}, one call at a time.
 */
final class SearchRate {
    private static final Duration WINDOW = Duration.ofMinutes(15);

    private final int callsMax;
    private final long pauseNanos;
    private boolean begun;
    private int left;
    private long windowEndNanos;
    private long notBeforeNanos;

    SearchRate(SearchEndpoint endpoint) {
        callsMax = endpoint.callsMax;
        pauseNanos = endpoint.pause.toNanos();
    }

    /** How long to wait for the next call. */
    long waitNanos(long nowNanos) {
        if (!begun) return 0;
        long pause = notBeforeNanos - nowNanos;
        return Math.max(0, left > 0 ? pause : Math.max(pause, windowEndNanos - nowNanos));
    }

    /** A call goes out. */
    void sent(long nowNanos) {
        if (!begun || nowNanos - windowEndNanos >= 0) {
            begun = true;
            left = callsMax;
            windowEndNanos = nowNanos + WINDOW.toNanos();
        }
        left--;
        notBeforeNanos = nowNanos;
    }

    /**
     * An answer has come. The pause is counted from here: on its way to X, a call may come closer to the one before.
     *
     * @param head what X says about the window
     * @param now X's time, if the head does not tell it
     */
    void answered(Head head, Instant now, long nowNanos) {
        notBeforeNanos = nowNanos + pauseNanos;
        Optional<Duration> reset = untilReset(head, now);
        if (reset.isEmpty()) return;
        windowEndNanos = nowNanos + reset.get().toNanos();
        head.header("x-rate-limit-remaining")
                .filter(text -> text.matches("[0-9]{1,9}"))
                .ifPresent(text -> left = Integer.parseInt(text));
    }

    /** X takes no call for a while. */
    void refused(Duration wait, long nowNanos) {
        left = 0;
        windowEndNanos = nowNanos + wait.toNanos();
    }

    /** How long X's window still lasts, at least 1 s and at most a window; measured on X's own clock where it is told. */
    static Optional<Duration> untilReset(Head head, Instant now) {
        return head.rateLimitReset().map(reset -> {
            Duration left = Duration.between(head.date().orElse(now), reset);
            if (left.compareTo(Duration.ofSeconds(1)) < 0) return Duration.ofSeconds(1);
            return left.compareTo(WINDOW) > 0 ? WINDOW : left;
        });
    }
}
