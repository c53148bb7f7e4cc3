package io.gapless.stream.seam;

import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.CountDownLatch;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/**
 * Provides clocks, workers and timers. Windows of time and daily limits use the wall clock ({@link #instant}); timers
 * use the monotonic clock ({@link #nanoTime}). The two clocks are compared only to notice a jump of the wall clock.
 * Thread-safe.
 */
public interface Time extends InstantSource {
    /** How often a condition is checked while somebody waits for it. */
    Duration CHECK_EVERY = Duration.ofMillis(10);

    /**
     * Returns the time of the monotonic clock.
     *
     * @return nanoseconds since an arbitrary moment; only differences have a meaning
     */
    long nanoTime();

    /**
     * Starts a worker, which runs the first step at once.
     *
     * @param name the name of its thread, if it has a thread
     * @param work what to do
     * @param died receives the exception if a step throws; no other step follows. Memory may have run out, so this
     *     consumer should need little of it. The worker calls it before {@link Worker#awaitStopped} returns, and then
     *     throws the same exception again
     * @return the worker
     */
    Worker start(String name, Work work, Consumer<Throwable> died);

    /**
     * Runs a short, non-blocking action once.
     *
     * @param delay how long from now, by the monotonic clock
     * @param action what to run
     * @return the alarm, which can be cancelled
     */
    Alarm after(Duration delay, Runnable action);

    /**
     * Runs code that may block or hang, once. The method returns at once, unless time is virtual: then the code runs on
     * the calling thread.
     *
     * @param name the name of the thread
     * @param code what to run; it must not throw
     */
    default void run(String name, Runnable code) {
        Thread thread = new Thread(code, name);
        thread.setDaemon(true);
        thread.start();
    }

    /**
     * Waits until a condition holds, or until a time has passed. Meant for threads that are no workers. If time is
     * virtual, it passes.
     *
     * @param condition what to wait for
     * @param atMost how long to wait, by the monotonic clock
     * @return true if the condition holds, false if the time has passed
     * @throws InterruptedException if the thread is interrupted
     */
    default boolean await(BooleanSupplier condition, Duration atMost) throws InterruptedException {
        long beganNanos = nanoTime();
        while (!condition.getAsBoolean()) {
            if (Duration.ofNanos(nanoTime() - beganNanos).compareTo(atMost) >= 0) return false;
            CountDownLatch over = new CountDownLatch(1);
            Alarm alarm = after(CHECK_EVERY, over::countDown);
            try {
                over.await();
            } finally {
                alarm.cancel();
            }
        }
        return true;
    }

    /** Controls an action that is not due yet. Thread-safe. */
    @FunctionalInterface
    interface Alarm {
        /** Cancels the action if it has not begun. */
        void cancel();
    }
}
