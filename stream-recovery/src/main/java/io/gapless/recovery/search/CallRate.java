package io.gapless.recovery.search;

import io.gapless.stream.seam.Head;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * Tracks how many calls X still takes in its current rate window of 15 minutes. The number is counted from this
 * stream's own calls, and corrected by X's headers, because another program may use the same app. Owner: {@link Calls},
 * one call at a time.
 */
final class CallRate {
    private static final Duration WINDOW = Duration.ofMinutes(15);

    private final int callsMax;
    private final long pauseNanos;
    private boolean begun;
    private int left;
    private long windowEndNanos;
    private long notBeforeNanos;

    CallRate(SearchEndpoint endpoint) {
        callsMax = endpoint.callsMax;
        pauseNanos = endpoint.pause.toNanos();
    }

    /** Returns the wait before the next call, in nanoseconds; 0 if no wait is needed. */
    long waitNanos(long nowNanos) {
        if (!begun) return 0;
        long pause = notBeforeNanos - nowNanos;
        return Math.max(0, left > 0 ? pause : Math.max(pause, windowEndNanos - nowNanos));
    }

    /** Counts a call that is being sent. */
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
     * Takes the number of calls left, and the end of the window, from the headers of an answer. The pause before the
     * next call counts from the answer, because calls may move closer together on their way to X.
     *
     * @param head X's headers about the window
     * @param now X's time, used if the head does not carry it
     * @param nowNanos the time, by the monotonic clock
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

    /** Notes that X accepts no call until a wait has passed. */
    void refused(Duration wait, long nowNanos) {
        left = 0;
        windowEndNanos = nowNanos + wait.toNanos();
    }

    /**
     * Returns how long X's rate window still lasts, at least 1 s and at most 15 min. The time is measured by X's own
     * clock if the head has a date. Empty if the head names no end of the window.
     */
    static Optional<Duration> untilReset(Head head, Instant now) {
        return head.rateLimitReset().map(reset -> {
            Duration left = Duration.between(head.date().orElse(now), reset);
            if (left.compareTo(Duration.ofSeconds(1)) < 0) return Duration.ofSeconds(1);
            return left.compareTo(WINDOW) > 0 ? WINDOW : left;
        });
    }
}
