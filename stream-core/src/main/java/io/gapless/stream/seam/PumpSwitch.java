package io.gapless.stream.seam;

import org.jspecify.annotations.Nullable;

/**
 * Between the pump thread of one exchange and those who cancel or resume it. A cancel, whenever it comes, frees the
 * socket and ends what the pump waits in: the send, the read of the body, or the wait for room. The lock guards all
 * fields.
 *
 * <pre>
 *  pump:    sendBegins ── bodyBegins ── sendEnds ── { offers ── awaitResume } ── …
 *  others:       resume, after a pause was asked for          cancel, at any time
 * </pre>
 */
final class PumpSwitch {
    private final Object lock = new Object();
    private @Nullable Thread sending;
    private @Nullable Body body;
    private boolean cancelled;
    private boolean resumed;

    /** From here on a cancel interrupts this thread. */
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
        // A cancel may have come just too late to interrupt anything; it has closed the body then.
        Thread.interrupted();
    }

    /** A body is within a cancel's reach from its first moment on: an interrupted send never gives it out. */
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

    /** A head or bytes are about to be offered: the resume that is waited for, if they are too much, comes after this. */
    void offers() {
        synchronized (lock) {
            resumed = false;
        }
    }

    /** Waits with a full inbox before us; false when cancelled meanwhile. */
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
