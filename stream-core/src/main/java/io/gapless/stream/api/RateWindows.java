package io.gapless.stream.api;

import io.gapless.stream.seam.Head;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * Derives from the headers of all answers when X, and the servers in front of X, accept requests again. A rate window
 * of X applies to one endpoint: a method and a path. {@code Retry-After} applies to the endpoint of the request if X
 * wrote the answer. Otherwise it applies to all endpoints, because a server in front of X is in front of all of them.
 * No wait is longer than {@link Answer#ADVICE_MAX}. Thread-safe; its lock guards all fields.
 *
 * <p>After a rate limit at an endpoint, one request is sent to test whether X accepts requests again. The others wait
 * for its answer.
 */
public final class RateWindows {
    /** Added to the length of each rate window, because X rounds its end to whole seconds. */
    private static final Duration MARGIN = Duration.ofSeconds(1);
    /**
     * After a rate limit, one request tests whether X accepts requests again. Other requests wait for its answer, at
     * most for {@code TRY_NANOS}. Every {@code LOOK_NANOS}, they check whether the answer has arrived.
     */
    private static final long TRY_NANOS = Duration.ofSeconds(30).toNanos();

    private static final long LOOK_NANOS = Duration.ofSeconds(1).toNanos();
    private static final int UNKNOWN = Integer.MAX_VALUE;

    private final Map<String, Window> windows = new HashMap<>();
    private final Window everywhere = new Window();

    RateWindows() {}

    /** Holds the limits of one endpoint, or the limits that apply to all endpoints. */
    private static final class Window {
        private boolean held;
        private long heldUntilNanos;
        private int left = UNKNOWN;
        private long resetNanos;
        private boolean limited;
        private boolean trying;
        private long triedNanos;

        void hold(Duration length, long nowNanos) {
            long until = nowNanos + length.toNanos();
            if (!held || until - heldUntilNanos > 0) heldUntilNanos = until;
            held = true;
        }

        long waitNanos(long nowNanos) {
            if (held && heldUntilNanos - nowNanos > 0) return heldUntilNanos - nowNanos;
            if (left <= 0 && resetNanos - nowNanos > 0) return resetNanos - nowNanos;
            return trying && nowNanos - triedNanos < TRY_NANOS ? LOOK_NANOS : 0;
        }

        void sent(long nowNanos) {
            if (left != UNKNOWN) left = resetNanos - nowNanos > 0 ? left - 1 : UNKNOWN;
            trying = limited;
            triedNanos = nowNanos;
        }
    }

    /**
     * Returns how long to wait before a request.
     *
     * @param method the HTTP method
     * @param path the path
     * @param nowNanos the time, by the monotonic clock
     * @return nanoseconds; 0 if the request may be sent now
     */
    public synchronized long waitNanos(String method, String path, long nowNanos) {
        Window window = windows.get(place(method, path));
        long wait = everywhere.waitNanos(nowNanos);
        return window == null ? wait : Math.max(wait, window.waitNanos(nowNanos));
    }

    /**
     * Records that a request is being sent.
     *
     * @param method the HTTP method
     * @param path the path
     * @param nowNanos the time, by the monotonic clock
     */
    public synchronized void sent(String method, String path, long nowNanos) {
        window(method, path).sent(nowNanos);
    }

    /** Records an answer that is a success. */
    synchronized void accepted(String method, String path, Head head, Instant now, long nowNanos) {
        Window window = window(method, path);
        window.limited = false;
        window.trying = false;
        head.rateLimitReset()
                .map(reset -> Duration.between(head.date().orElse(now), reset))
                .ifPresent(rest -> counted(window, head.rateLimitRemaining(), rest, nowNanos));
    }

    /** Records an answer that is not a success. */
    synchronized void refused(String method, String path, Head head, Answer answer, long nowNanos) {
        Window window = window(method, path);
        boolean limited = answer.meaning(true) == Answer.Meaning.RATE;
        window.limited = limited;
        window.trying = false;
        Optional<Duration> rest = answer.untilReset();
        rest.ifPresent(untilReset -> counted(window, head.rateLimitRemaining(), untilReset, nowNanos));
        if (limited && rest.isPresent()) window.hold(bounded(rest.get()), nowNanos);
        // If all connections are taken, the back-off ladder decides, not Retry-After.
        if (answer.isBusy()) return;
        answer.retryAfter().ifPresent(wait -> (answer.isByX() ? window : everywhere).hold(wait, nowNanos));
    }

    /**
     * Records that a request got no answer, so that other requests no longer wait for its answer.
     *
     * @param method the HTTP method
     * @param path the path
     */
    public synchronized void unanswered(String method, String path) {
        window(method, path).trying = false;
    }

    private static void counted(Window window, OptionalInt left, Duration rest, long nowNanos) {
        if (left.isEmpty() || rest.isNegative()) return;
        window.left = left.getAsInt();
        window.resetNanos = nowNanos + bounded(rest).toNanos();
    }

    private static Duration bounded(Duration rest) {
        Duration wait = rest.plus(MARGIN);
        if (wait.compareTo(MARGIN) < 0) return MARGIN;
        return wait.compareTo(Answer.ADVICE_MAX) > 0 ? Answer.ADVICE_MAX : wait;
    }

    private Window window(String method, String path) {
        return windows.computeIfAbsent(place(method, path), any -> new Window());
    }

    private static String place(String method, String path) {
        return method + " " + path;
    }
}
