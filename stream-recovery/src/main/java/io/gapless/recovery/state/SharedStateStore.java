package io.gapless.recovery.state;

import io.gapless.recovery.ledger.Gap;
import io.gapless.recovery.ledger.Span;
import io.gapless.recovery.ledger.StateException;
import io.gapless.recovery.ledger.StateException.Reason;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Reads and writes a shared state for the process that holds its lease. Each commit extends the lease. If the answer to
 * a commit is lost, the caller commits the same changes again, and the number of the commit shows whether the first try
 * had gone through. Owns the number of the last commit; one thread at a time commits.
 */
final class SharedStateStore implements StateStore {
    private final String stream;
    private final FencedState state;
    private final Lease lease;
    private final long term;
    private long commits;
    /** When the next commit was asked for first; null if it was not asked for yet. */
    private Lease.@Nullable Asked asked;

    private volatile boolean taken;

    SharedStateStore(String stream, FencedState state, Lease lease, long term) {
        this.stream = stream;
        this.state = state;
        this.lease = lease;
        this.term = term;
    }

    @Override
    public synchronized void commit(List<Change> changes) {
        if (taken) throw takenOver();
        Lease.Asked now = lease.ask();
        Lease.Asked first = asked == null ? now : asked;
        asked = first;
        Lease.Extension extension = state.commit(term, commits + 1, changes);
        if (extension == Lease.Extension.LOST) {
            taken = true;
            lease.lost();
            throw takenOver();
        }
        // An earlier try went through, perhaps the first one, and it extended the lease. So the right counts from
        // there.
        lease.granted(extension == Lease.Extension.EXTENDED ? now : first);
        commits++;
        asked = null;
    }

    private StateException takenOver() {
        return new StateException(
                Reason.TAKEN_OVER,
                "Another process has taken over the stream " + stream
                        + ", because this one did not reach the database for longer than the lease. This process hands over"
                        + " nothing more. Start it again, and it stands by.",
                null);
    }

    @Override
    public long term() {
        return term;
    }

    @Override
    public boolean mayDispatch() {
        return lease.mayDispatch();
    }

    @Override
    public Duration renewEvery() {
        return lease.extendEvery();
    }

    @Override
    public void ids(Span created, LongConsumer each) {
        state.ids(created, each);
    }

    @Override
    public Remembered remembered() {
        return state.remembered();
    }

    @Override
    public List<Gap> ledger(Instant since, int limit) {
        return state.ledger(since, limit);
    }

    @Override
    public List<DeadLetter> deadLetters(int limit) {
        return state.deadLetters(limit);
    }

    @Override
    public long deadLetterCount() {
        return state.deadLetterCount();
    }

    @Override
    public long spent(LocalDate day) {
        return state.spent(day);
    }

    @Override
    public List<StoreRequest> requests() {
        return state.requests();
    }

    @Override
    public long diskBytes() {
        return state.diskBytes();
    }

    /** Gives the lease back if the database can be reached. Otherwise the lease runs out by itself. */
    @Override
    public void close() {
        lease.lost();
        try {
            if (!taken) state.release(term);
        } catch (StateException | IllegalStateException e) {
            // Nobody waits for longer than the lease.
        } finally {
            state.close();
        }
    }
}
