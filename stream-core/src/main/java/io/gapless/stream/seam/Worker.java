package io.gapless.stream.seam;

import java.time.Duration;

/** Runs the steps of one {@link Work}, never two at a time. Thread-safe. */
public interface Worker {
    /** Runs the next step at once. A wake-up during a step makes another step follow that step. */
    void wake();

    /** Runs no further step. The current step is not interrupted. */
    void stop();

    /** Interrupts the current step, for work that runs a user's blocking code. */
    void interrupt();

    /**
     * Returns whether the caller is the work itself, in one of its steps.
     *
     * @return true if the caller would wait for itself
     */
    boolean isCaller();

    /**
     * Waits until the last step has ended.
     *
     * @param atMost how long to wait
     * @return whether the last step has ended; true at once if the caller is the work itself
     * @throws InterruptedException if the caller is interrupted
     */
    boolean awaitStopped(Duration atMost) throws InterruptedException;
}
