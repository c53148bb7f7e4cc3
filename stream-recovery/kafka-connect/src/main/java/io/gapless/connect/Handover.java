package io.gapless.connect;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.TimeUnit;

/**
 * The place where the threads of the streams leave {@link Offer}s, and where the thread of Kafka Connect takes them. Owns
 * the offers that nobody has taken. Thread-safe.
 */
final class Handover {
    private final ArrayDeque<Offer> waiting = new ArrayDeque<>();
    private long takenNanos = System.nanoTime();
    private boolean closed;

    /** Leaves an offer. If the task has stopped, the offer fails at once. */
    synchronized void leave(Offer offer) {
        if (closed) {
            offer.done().completeExceptionally(stopped());
            return;
        }
        waiting.add(offer);
        notifyAll();
    }

    /**
     * Takes all offers. Waits for the first one, and then until a time has passed since the last call that took some, so
     * that a transaction holds more than one post.
     *
     * @param atMost how long to wait for the first offer
     * @param apart how long two transactions are apart at least
     * @return the offers, oldest first; empty if none came in time
     */
    synchronized List<Offer> take(Duration atMost, Duration apart) throws InterruptedException {
        long untilNanos = System.nanoTime() + atMost.toNanos();
        while (waiting.isEmpty() && !closed && await(untilNanos)) {
            // Woken by an offer, or by nothing in particular.
        }
        if (waiting.isEmpty()) return List.of();
        long dueNanos = takenNanos + apart.toNanos();
        while (!closed && await(dueNanos)) {
            // Woken by a further offer.
        }
        takenNanos = System.nanoTime();
        List<Offer> taken = new ArrayList<>(waiting);
        waiting.clear();
        return taken;
    }

    /** Waits until woken, or until a time. Returns false if that time has come. */
    private boolean await(long untilNanos) throws InterruptedException {
        long leftNanos = untilNanos - System.nanoTime();
        if (leftNanos <= 0) return false;
        TimeUnit.NANOSECONDS.timedWait(this, leftNanos);
        return true;
    }

    /** Fails the offers that nobody has taken, and those that come later. */
    synchronized void close() {
        closed = true;
        for (Offer offer : waiting) offer.done().completeExceptionally(stopped());
        waiting.clear();
        notifyAll();
    }

    static CancellationException stopped() {
        return new CancellationException("The task has stopped.");
    }
}
