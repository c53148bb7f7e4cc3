package io.gapless.recovery;

import io.gapless.recovery.ledger.Gap;
import io.gapless.recovery.ledger.Span;
import io.gapless.recovery.ledger.StateException;
import io.gapless.recovery.state.Change;
import io.gapless.recovery.state.DeadLetter;
import io.gapless.recovery.state.MemoryStateStore;
import io.gapless.recovery.state.StateStore;
import io.gapless.recovery.state.StoreRequest;
import io.gapless.stream.seam.VirtualTime;
import java.time.Instant;
import java.time.LocalDate;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.LongConsumer;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A disk that may be full or unreadable, and on which a commit may be the last thing that a process does: it is kept whole,
 * or lost whole. Whoever uses it may wait for long, so threads on which everything depends must not.
 */
final class FragileStore implements StateStore {
    private static final Set<String> MUST_NOT_WAIT = Set.of("gapless-stream", "gapless-alarms");

    private final MemoryStateStore disk;
    private final Set<Long> committed = new HashSet<>();
    private @Nullable Runnable crash;
    private @Nullable Error deadly;
    private boolean keptInCrash;
    /** How many changes are kept before the crash, if the process dies after some of its changes; negative otherwise. */
    private int changesLeft = -1;

    private int deathsInCommit;
    private int failures;
    private boolean full;
    private boolean unreadable;
    private boolean damaged;
    /** Strikes one kind of read alone, or does not. */
    private Predicate<Fault> failsAlone = read -> false;

    private final VirtualTime time;
    private Supplier<String> running = () -> "";
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

    /** From now on nothing can be read. */
    void unreadable(boolean isUnreadable) {
        unreadable = isUnreadable;
    }

    /** From now on each commit finds that the state is damaged. */
    void damage() {
        damaged = true;
    }

    /** From now on reads fail at random, each kind by itself. */
    void failAtRandom(Predicate<Fault> fails) {
        failsAlone = fails;
    }

    /** Says which worker of the process runs, if one does. */
    void usedBy(Supplier<String> worker) {
        running = worker;
    }

    /** For checks from outside, which see all at any time. */
    MemoryStateStore disk() {
        return disk;
    }

    private void checkThread() {
        if (MUST_NOT_WAIT.contains(running.get()))
            throw new AssertionError("the store is used by the thread " + running.get());
    }

    /** What the library reads, it reads by this. */
    private MemoryStateStore readable() {
        checkThread();
        if (unreadable) throw noAnswer();
        return disk;
    }

    /** The same, for what may fail by itself; a process that cannot even start is another fault. */
    private MemoryStateStore readable(Fault alone) {
        if (!running.get().isEmpty() && failsAlone.test(alone)) throw noAnswer();
        return readable();
    }

    private static StateException noAnswer() {
        return new StateException(StateException.Reason.UNWRITABLE, "The disk does not answer, on purpose.", null);
    }

    /** The process dies after so many changes were kept, as if each were a commit of its own. */
    void crashAfter(int changes, Runnable kill) {
        changesLeft = changes;
        crash = kill;
    }

    /** The next commit ends the process. */
    void crashInNextCommit(boolean kept, Runnable kill) {
        keptInCrash = kept;
        changesLeft = -1;
        crash = kill;
    }

    /** The next commit throws what no store should. */
    void throwInNextCommit(Error error) {
        deadly = error;
    }

    /** How often the process has died in a commit. */
    int deathsInCommit() {
        return deathsInCommit;
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
        checkThread();
        Error thrown = deadly;
        deadly = null;
        if (thrown != null) throw thrown;
        if (damaged) throw new StateException(StateException.Reason.DAMAGED, "The disk is damaged, on purpose.", null);
        Runnable kill = crash;
        if (kill == null || changesLeft >= changes.size()) {
            keep(changes);
            if (kill != null) changesLeft -= changes.size();
            return;
        }
        crash = null;
        deathsInCommit++;
        if (changesLeft >= 0) keep(changes.subList(0, changesLeft));
        else if (keptInCrash) keep(changes);
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
        readable(Fault.IDS_UNREADABLE).ids(created, each);
    }

    @Override
    public Remembered remembered() {
        return readable().remembered();
    }

    @Override
    public List<Gap> ledger(Instant since, int limit) {
        return readable().ledger(since, limit);
    }

    @Override
    public List<DeadLetter> deadLetters(int limit) {
        return readable().deadLetters(limit);
    }

    @Override
    public long deadLetterCount() {
        return readable().deadLetterCount();
    }

    @Override
    public long spent(LocalDate day) {
        return readable(Fault.MONEY_UNREADABLE).spent(day);
    }

    @Override
    public List<StoreRequest> requests() {
        return readable(Fault.REQUESTS_UNREADABLE).requests();
    }

    @Override
    public long diskBytes() {
        return readable().diskBytes();
    }

    /** Does nothing: the disk outlives the process. */
    @Override
    public void close() {}
}
