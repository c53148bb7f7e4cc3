package io.gapless.stream.seam;

import org.jspecify.annotations.Nullable;

/**
 * Lets other threads cancel or resume the pump thread of one exchange, which is the thread that sends the request and
 * reads the response. A cancel may come at any time. It frees the socket and ends the pump's wait: the send, the read
 * of the body, or the wait for a resume. The lock guards all fields.
 *
 * <pre>
 *  pump:    sendBegins ── bodyBegins ── sendEnds ── { offers ── awaitResume } ── …
 *  others:       resume, after the receiver has paused      cancel, at any time
 * </pre>
 */
final class PumpSwitch {
    private final Object lock = new Object();
    private @Nullable Thread sending;
    private @Nullable Body body;
    private boolean cancelled;
    private boolean resumed;

    /**
     * Called before a step that a cancel must interrupt. Until {@link #sendEnds}, a cancel interrupts the calling
     * thread.
     */
    void sendBegins() throws InterruptedException {
        synchronized (lock) {
            if (cancelled) throw new InterruptedException("cancelled");
            sending = Thread.currentThread();
        }
    }

    void sendEnds() {
        synchronized (lock) {
            sending = null;
        }
        // A cancel may have interrupted this thread after the send returned. Since the cancel also closed the body, the
        // interrupt is not needed, and must not affect the next step of this thread.
        Thread.interrupted();
    }

    /**
     * Creates the body and registers it at once, so that a cancel can close it: an interrupted send never returns its
     * body.
     */
    Body bodyBegins() {
        Body begun = new Body();
        boolean late;
        synchronized (lock) {
            body = begun;
            late = cancelled;
        }
        if (late) begun.close();
        return begun;
    }

    /**
     * Called before a head or bytes go to the receiver. If the receiver then pauses, only a resume after this call
     * counts.
     */
    void offers() {
        synchronized (lock) {
            resumed = false;
        }
    }

    /** Waits until the receiver resumes. Returns false if the exchange is cancelled meanwhile. */
    boolean awaitResume() throws InterruptedException {
        synchronized (lock) {
            while (!resumed && !cancelled) lock.wait();
            return !cancelled;
        }
    }

    void resume() {
        synchronized (lock) {
            resumed = true;
            lock.notifyAll();
        }
    }

    void cancel() {
        Body toClose;
        synchronized (lock) {
            if (cancelled) return;
            cancelled = true;
            if (sending != null) sending.interrupt();
            toClose = body;
            lock.notifyAll();
        }
        if (toClose != null) toClose.close();
    }

    boolean isCancelled() {
        synchronized (lock) {
            return cancelled;
        }
    }
}
