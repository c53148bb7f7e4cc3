package io.gapless.emulator;

import java.time.Duration;

/**
 * One misbehaviour to inject, with how often and how. Immutable; each setting gives a new value.
 *
 * @param kind what goes wrong
 * @param times how many connections or requests it strikes, at least 1
 * @param posts how many posts a connection still sends before the fault strikes it
 * @param bytes a length, for the kinds that have one; 0 takes the kind's own
 * @param delay a time, for the kinds that have one; zero takes the kind's own
 * @param keepsOpen for in-band notices: the socket stays open in silence instead of being closed
 * @param path the beginning of the path that a request must have to be struck; empty for the kind's own
 */
public record Fault(
        Misbehaviour kind, int times, int posts, int bytes, Duration delay, boolean keepsOpen, String path) {

    /** Where a kind of fault strikes. */
    enum Where {
        LIVE,
        LIVE_END,
        REQUEST,
        JOB,
        SEARCH
    }

    /**
     * A fault that strikes once.
     *
     * @param kind what goes wrong
     * @return the fault
     */
    public static Fault of(Misbehaviour kind) {
        return new Fault(kind, 1, 0, 0, Duration.ZERO, false, "");
    }

    /**
     * Sets how many connections or requests the fault strikes.
     *
     * @param count at least 1
     * @return the new fault
     */
    public Fault times(int count) {
        if (count < 1) {
            throw new IllegalArgumentException("times must be at least 1, not " + count);
        }
        return new Fault(kind, count, posts, bytes, delay, keepsOpen, path);
    }

    /**
     * Sets how many posts a connection still sends before the fault strikes.
     *
     * @param count 0 or more
     * @return the new fault
     */
    public Fault afterPosts(int count) {
        return new Fault(kind, times, count, bytes, delay, keepsOpen, path);
    }

    /**
     * Sets a length in bytes.
     *
     * @param count 0 or more
     * @return the new fault
     */
    public Fault bytes(int count) {
        return new Fault(kind, times, posts, count, delay, keepsOpen, path);
    }

    /**
     * Sets a time.
     *
     * @param time not negative
     * @return the new fault
     */
    public Fault delay(Duration time) {
        return new Fault(kind, times, posts, bytes, time, keepsOpen, path);
    }

    /**
     * Lets the socket stay open, silent, after an in-band notice.
     *
     * @return the new fault
     */
    public Fault keepOpen() {
        return new Fault(kind, times, posts, bytes, delay, true, path);
    }

    /**
     * Lets a fault on requests strike another endpoint than the stream.
     *
     * @param beginning the beginning of the path, like {@code /2/tweets/search/stream/rules}
     * @return the new fault
     */
    public Fault on(String beginning) {
        return new Fault(kind, times, posts, bytes, delay, keepsOpen, beginning);
    }

    /** The fault's time, or this one if it has none. */
    Duration delayOr(Duration otherwise) {
        return delay.isZero() ? otherwise : delay;
    }
}
