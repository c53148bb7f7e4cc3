package io.gapless.stream.seam;

import java.time.Duration;

/** What calls the steps of one {@link Work}, never two at a time. Thread-safe. */
public interface Worker {
    /** Makes the next step come at once; a wake-up during a step makes another one follow it. */
    void wake();

    /** Asks for no further step. A step under way is not disturbed. */
    void stop();

    /** Interrupts the step under way, for work that runs a user's blocking code. */
    void interrupt();

    /**
     * Returns whether the caller is the work itself, in one of its steps.
     *
     * @return true if waiting for the work would be waiting for oneself
     */
    boolean isCaller();

    /**
     * Waits until the last step has ended.
     *
     * @param atMost how long to wait
     * @return whether it has ended; true at once when called from within the work itself
     * @throws InterruptedException when the caller is interrupted
     */
    boolean awaitStopped(Duration atMost) throws InterruptedException;
}
