package io.gapless.recovery;

import io.gapless.recovery.state.Change;
import io.gapless.recovery.state.DeadLetter;
import io.gapless.recovery.state.MemoryStateStore;
import io.gapless.recovery.state.StateException;
import io.gapless.recovery.state.StateStore;
import io.gapless.recovery.state.StoreRequest;
import io.gapless.stream.seam.VirtualTime;
import java.time.Instant;
import java.time.LocalDate;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/** A disk that may be full, and on which a commit may be the last thing that a process does: it is kept whole, or lost whole. */
final class FragileStore implements StateStore {
    private final MemoryStateStore disk;
    private final Set<Long> committed = new HashSet<>();
    private @Nullable Runnable crash;
    private @Nullable Error deadly;
    private boolean keptInCrash;
    private int failures;
    private boolean full;
    private final VirtualTime time;
    private long committedAtNanos = Long.MIN_VALUE / 2;

    FragileStore(MemoryStateStore disk, VirtualTime time) {
        this.disk = disk;
        this.time = time;
    }

    /** All that was said so long before, and a commit's delay earlier, is on the disk. */
    long committedAtNanos() {
        return committedAtNanos - World.COMMIT.toNanos();
    }

    void full(boolean isFull) {
        full = isFull;
        disk.full(isFull);
    }

    boolean isFull() {
        return full;
    }

    /** The next commit ends the process. */
    void crashInNextCommit(boolean kept, Runnable kill) {
        keptInCrash = kept;
        crash = kill;
    }

    /** The next commit throws what no store should. */
    void throwInNextCommit(Error error) {
        deadly = error;
    }

    /** How often a commit has failed. */
    int failures() {
        return failures;
    }

    /** Whether the disk knows that a post was acknowledged. */
    boolean isCommitted(long id) {
        return committed.contains(id);
    }

    @Override
    public void commit(List<Change> changes) {
        Error thrown = deadly;
        deadly = null;
        if (thrown != null) throw thrown;
        Runnable kill = crash;
        crash = null;
        if (kill == null) {
            keep(changes);
            return;
        }
        if (keptInCrash) keep(changes);
        kill.run();
        throw new StateException(StateException.Reason.UNWRITABLE, "The process has died in its commit.", null);
    }

    private void keep(List<Change> changes) {
        try {
            disk.commit(changes);
        } catch (StateException e) {
            failures++;
            throw e;
        }
        committedAtNanos = time.nanoTime();
        for (Change change : changes) {
            if (change instanceof Change.Acknowledged it) {
                for (long id : it.ids()) committed.add(id);
            } else if (change instanceof Change.DeadLettered it) {
                committed.add(it.letter().id());
            }
        }
    }

    @Override
    public void ids(Span created, LongConsumer each) {
        disk.ids(created, each);
    }

    @Override
    public Remembered remembered() {
        return disk.remembered();
    }

    @Override
    public List<Gap> ledger(Instant since, int limit) {
        return disk.ledger(since, limit);
    }

    @Override
    public List<DeadLetter> deadLetters(int limit) {
        return disk.deadLetters(limit);
    }

    @Override
    public long deadLetterCount() {
        return disk.deadLetterCount();
    }

    @Override
    public long spent(LocalDate day) {
        return disk.spent(day);
    }

    @Override
    public List<StoreRequest> requests() {
        return disk.requests();
    }

    @Override
    public long diskBytes() {
        return disk.diskBytes();
    }

    /** Does nothing: the disk outlives the process. */
    @Override
    public void close() {}
}
