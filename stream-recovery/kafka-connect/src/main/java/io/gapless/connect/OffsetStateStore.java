package io.gapless.connect;

import io.gapless.recovery.ledger.Gap;
import io.gapless.recovery.ledger.Span;
import io.gapless.recovery.ledger.StateException;
import io.gapless.recovery.state.Change;
import io.gapless.recovery.state.DeadLetter;
import io.gapless.recovery.state.StateStore;
import io.gapless.recovery.state.StoreRequest;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.function.Consumer;
import java.util.function.LongConsumer;

/**
 * Stores the state of a stream in the offsets of the connector. A commit waits until Kafka Connect has committed the
 * transaction that carries the changes; when the task stops, it waits for nothing more. Reads come from memory. There are
 * no requests of other processes.
 */
final class OffsetStateStore implements StateStore {
    private final PartState of;
    private final Consumer<Offer> handover;
    /** Completes when the offsets say that the stream has begun. */
    private final CompletableFuture<Void> begun = new CompletableFuture<>();

    /**
     * Creates a store.
     *
     * @param of the state
     * @param handover takes changes to Kafka
     */
    OffsetStateStore(PartState of, Consumer<Offer> handover) {
        this.of = of;
        this.handover = handover;
        if (!of.state().isNew()) begun.complete(null);
    }

    /**
     * Waits until the offsets say that the stream has begun, or until the task stops. Posts take another way to Kafka than
     * changes. If a post were there first and the task ended, the next task would begin anew, and miss what came after the
     * post.
     */
    void awaitBegun() throws InterruptedException {
        try {
            begun.get();
        } catch (ExecutionException e) {
            throw new AssertionError("is only completed", e);
        }
    }

    @Override
    public void commit(List<Change> changes) {
        List<Change> missing = of.state().missing(changes);
        if (!missing.isEmpty()) store(missing);
        begun.complete(null);
    }

    private void store(List<Change> missing) {
        Offer offer = Offer.ofChanges(of, missing);
        handover.accept(offer);
        try {
            offer.done().get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new StateException(
                    StateException.Reason.UNWRITABLE, "The thread was interrupted while it waited for Kafka.", e);
        } catch (ExecutionException | CancellationException e) {
            // The task stops, and its streams are closed right now. What they know ends with them: the next task reads
            // the offsets, and recovers what those do not have.
        }
    }

    @Override
    public void ids(Span created, LongConsumer each) {
        of.state().ids(created, each);
    }

    @Override
    public Remembered remembered() {
        return of.state().remembered();
    }

    @Override
    public List<Gap> ledger(Instant since, int limit) {
        return of.state().ledger(since, limit);
    }

    @Override
    public List<DeadLetter> deadLetters(int limit) {
        return of.state().deadLetters(limit);
    }

    @Override
    public long deadLetterCount() {
        return of.state().deadLetterCount();
    }

    @Override
    public long spent(LocalDate day) {
        return of.state().spent(day);
    }

    @Override
    public List<StoreRequest> requests() {
        return List.of();
    }

    @Override
    public long diskBytes() {
        return 0;
    }

    @Override
    public void close() {
        // The offsets belong to Kafka Connect.
    }
}
