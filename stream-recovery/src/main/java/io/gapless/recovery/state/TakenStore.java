package io.gapless.recovery.state;

import io.gapless.recovery.ledger.Gap;
import io.gapless.recovery.ledger.Span;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.OptionalLong;
import java.util.function.Function;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Stands for a shared state before and after this process has taken it. Before, nothing can be committed, and what a
 * program reads is read as by any other process. Thread-safe: the state is taken once.
 */
public final class TakenStore implements StateStore {
    private final LeasedState shared;
    private volatile @Nullable StateStore taken;
    /** What the stream reads when it begins; null before the state is taken, and after the stream has begun. */
    private volatile @Nullable StartReads reads;
    /** Whether the stream knows the ids of the posts that X may send again. */
    private volatile boolean knowsRepeats;

    /** Creates a store that is not taken. */
    public TakenStore(LeasedState shared) {
        this.shared = shared;
    }

    /**
     * Passes on all calls to a store that this process holds, from now on.
     *
     * @param store the store
     * @param start what was read from it for the start of the stream
     */
    public void take(StateStore store, StartReads start) {
        reads = start;
        taken = store;
    }

    /** Forgets what was read for the start. */
    public void begun() {
        reads = null;
    }

    /** Lets posts be handed over: from now on, the stream recognises those that were handed over before. */
    public void repeatsKnown() {
        knowsRepeats = true;
    }

    public boolean isTaken() {
        return taken != null;
    }

    private StateStore taken() {
        StateStore known = taken;
        if (known == null)
            throw new IllegalStateException("The stream " + shared.stream()
                    + " stands by, because another process holds it. Wait for the event TookOver.");
        return known;
    }

    private <T> T read(Function<StateReader, T> what) {
        StateStore known = taken;
        if (known != null) return what.apply(known);
        try (StateReader client = shared.client()) {
            return what.apply(client);
        }
    }

    @Override
    public Remembered remembered() {
        StateStore store = taken();
        StartReads start = reads;
        return start == null ? store.remembered() : start.remembered();
    }

    @Override
    public void commit(List<Change> changes) {
        taken().commit(changes);
    }

    @Override
    public void ids(Span created, LongConsumer each) {
        taken().ids(created, each);
    }

    @Override
    public long term() {
        StateStore known = taken;
        return known == null ? 0 : known.term();
    }

    @Override
    public boolean mayDispatch() {
        StateStore known = taken;
        return known != null && knowsRepeats && known.mayDispatch();
    }

    @Override
    public Duration renewEvery() {
        return taken().renewEvery();
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
        StartReads start = reads;
        OptionalLong known = start == null ? OptionalLong.empty() : start.spent(day);
        return known.isPresent() ? known.getAsLong() : read(reader -> reader.spent(day));
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
        StateStore known = taken;
        if (known != null) known.close();
    }
}
