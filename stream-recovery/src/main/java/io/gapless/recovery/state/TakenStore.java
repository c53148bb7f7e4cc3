package io.gapless.recovery.state;

import io.gapless.recovery.ledger.Gap;
import io.gapless.recovery.ledger.Span;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.function.Function;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Stands for a shared state before and after this process has taken it. Before, nothing can be committed, and what a
 * program reads is read as by any other process. Thread-safe: the state is taken once.
 */
public final class TakenStore implements StateStore {
    private final LeasedState shared;
    private volatile @Nullable Taken taken;

    /**
     * A state that this process holds.
     *
     * @param remembered what the state remembered when it was taken, read beforehand, so that the stream's thread does
     *     not wait for it
     */
    private record Taken(StateStore store, Remembered remembered) {}

    /** Creates a store that is not taken. */
    public TakenStore(LeasedState shared) {
        this.shared = shared;
    }

    /** Passes on all calls to a store that this process holds, from now on. */
    public void take(StateStore store, Remembered remembered) {
        taken = new Taken(store, remembered);
    }

    public boolean isTaken() {
        return taken != null;
    }

    private Taken taken() {
        Taken known = taken;
        if (known == null)
            throw new IllegalStateException("The stream " + shared.stream()
                    + " stands by, because another process holds it. Wait for the event TookOver.");
        return known;
    }

    private <T> T read(Function<StateReader, T> what) {
        Taken known = taken;
        if (known != null) return what.apply(known.store());
        try (StateReader client = shared.client()) {
            return what.apply(client);
        }
    }

    /** Returns what the state remembered when this process took it. */
    @Override
    public Remembered remembered() {
        return taken().remembered();
    }

    @Override
    public void commit(List<Change> changes) {
        taken().store().commit(changes);
    }

    @Override
    public void ids(Span created, LongConsumer each) {
        taken().store().ids(created, each);
    }

    @Override
    public long term() {
        Taken known = taken;
        return known == null ? 0 : known.store().term();
    }

    @Override
    public boolean mayDispatch() {
        Taken known = taken;
        return known != null && known.store().mayDispatch();
    }

    @Override
    public Duration renewEvery() {
        return taken().store().renewEvery();
    }

    @Override
    public List<Gap> ledger(Instant since, int limit) {
        return read(reader -> reader.ledger(since, limit));
    }

    @Override
    public List<DeadLetter> deadLetters(int limit) {
        return read(reader -> reader.deadLetters(limit));
    }

    @Override
    public long deadLetterCount() {
        return read(StateReader::deadLetterCount);
    }

    @Override
    public long spent(LocalDate day) {
        return read(reader -> reader.spent(day));
    }

    @Override
    public List<StoreRequest> requests() {
        return read(StateReader::requests);
    }

    @Override
    public long diskBytes() {
        return 0;
    }

    @Override
    public void close() {
        Taken known = taken;
        if (known != null) known.store().close();
    }
}
