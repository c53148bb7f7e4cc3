package io.gapless.stream.seam;

import java.time.Duration;
import java.time.InstantSource;
import java.util.function.Consumer;

/**
 * Clocks, and what is done when they reach a moment. The wall clock ({@link #instant}) serves windows and accounts; the
 * monotonic clock ({@link #nanoTime}) serves timers. The two are never compared but to notice a jump. Thread-safe.
 */
public interface Time extends InstantSource {
    /**
     * The monotonic clock.
     *
     * @return nanoseconds since an arbitrary moment; only differences mean anything
     */
    long nanoTime();

    /**
     * Starts a worker for some work; the first step comes at once.
     *
     * @param name the thread's name, where there is a thread
     * @param work what to do
     * @param died told what a step threw, after which no other one follows: a fault of the work, or want of memory, so
     *     it should need little; told before {@link Worker#awaitStopped} returns, and then thrown on, as a thread does
     * @return the worker
     */
    Worker start(String name, Work work, Consumer<Throwable> died);

    /**
     * Runs a short, non-blocking action once.
     *
     * @param delay how long from now, on the monotonic clock
     * @param action what to run
     * @return the way to call it off
     */
    Alarm after(Duration delay, Runnable action);

    /** An action that waits for its moment. Thread-safe. */
    @FunctionalInterface
    interface Alarm {
        /** Calls the action off, if it has not begun. */
        void cancel();
    }

    /**
     * The machine's own clocks, with a daemon thread per worker.
     *
     * @return the one system time
     */
    static Time system() {
        return SystemTime.INSTANCE;
    }
}
