package io.gapless.emulator;

import java.time.Duration;

/**
 * A misbehaviour to inject, and how often and how it occurs. Immutable; each setting returns a new value.
 *
 * @param kind the misbehaviour
 * @param times how many connections or requests the fault affects, 1 or more
 * @param posts how many posts a connection still sends before the fault occurs
 * @param bytes a length in bytes, for the kinds of {@link Misbehaviour} that mention {@code bytes}; 0 stands for the
 *     default of the kind
 * @param delay a duration, for the kinds of {@link Misbehaviour} that mention {@code delay}; zero stands for the
 *     default of the kind
 * @param keepsOpen whether the socket stays open and silent after a notice within the stream, instead of being closed
 * @param path for faults on requests: only requests whose path begins with this text are affected; if it is empty, only
 *     the requests for streams
 */
public record Fault(
        Misbehaviour kind, int times, int posts, int bytes, Duration delay, boolean keepsOpen, String path) {

    /**
     * Returns a fault that occurs once.
     *
     * @param kind the misbehaviour
     * @return the fault
     */
    public static Fault of(Misbehaviour kind) {
        return new Fault(kind, 1, 0, 0, Duration.ZERO, false, "");
    }

    /**
     * Sets how many connections or requests the fault affects.
     *
     * @param count 1 or more
     * @return the new fault
     */
    public Fault times(int count) {
        if (count < 1) {
            throw new IllegalArgumentException("times is " + count + ". It must be at least 1.");
        }
        return new Fault(kind, count, posts, bytes, delay, keepsOpen, path);
    }

    /**
     * Sets how many posts a connection still sends before the fault occurs.
     *
     * @param count 0 or more
     * @return the new fault
     */
    public Fault afterPosts(int count) {
        return new Fault(kind, times, count, bytes, delay, keepsOpen, path);
    }

    /**
     * Sets the length in bytes, for the kinds of {@link Misbehaviour} that mention {@code bytes}.
     *
     * @param count 0 or more
     * @return the new fault
     */
    public Fault bytes(int count) {
        return new Fault(kind, times, posts, count, delay, keepsOpen, path);
    }

    /**
     * Sets the duration, for the kinds of {@link Misbehaviour} that mention {@code delay}.
     *
     * @param time zero or more
     * @return the new fault
     */
    public Fault delay(Duration time) {
        return new Fault(kind, times, posts, bytes, time, keepsOpen, path);
    }

    /**
     * Keeps the socket open and silent after a notice within the stream.
     *
     * @return the new fault
     */
    public Fault keepOpen() {
        return new Fault(kind, times, posts, bytes, delay, true, path);
    }

    /**
     * Makes a fault on requests affect another endpoint than the stream.
     *
     * @param beginning the beginning of the path, such as {@code /2/tweets/search/stream/rules}
     * @return the new fault
     */
    public Fault on(String beginning) {
        return new Fault(kind, times, posts, bytes, delay, keepsOpen, beginning);
    }

    /** Returns the delay of the fault, or {@code otherwise} if the delay is zero. */
    Duration delayOr(Duration otherwise) {
        return delay.isZero() ? otherwise : delay;
    }
}
