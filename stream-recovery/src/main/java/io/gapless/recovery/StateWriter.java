package io.gapless.recovery;

import io.gapless.recovery.ledger.StateException;
import io.gapless.recovery.state.Change;
import io.gapless.recovery.state.DeadLetter;
import io.gapless.recovery.state.PendingChanges;
import io.gapless.recovery.state.StateStore;
import io.gapless.recovery.state.StoreRequest;
import io.gapless.stream.event.StreamEvent;
import io.gapless.stream.event.StreamException;
import io.gapless.stream.post.Origin;
import io.gapless.stream.post.Post;
import io.gapless.stream.seam.Durations;
import io.gapless.stream.seam.Time;
import io.gapless.stream.seam.Work;
import io.gapless.stream.seam.Worker;
import io.gapless.stream.spi.Checkpoint;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Commits the changes that the handler's thread and the stream's thread add. Changes are committed in groups, in the
 * order in which they were added, one transaction at a time. Also answers questions that need a read of the store, so
 * that the running stream's thread never waits for the disk. The worker, which is the thread {@code gapless-state},
 * makes all commits and reads.
 *
 * <p>If a commit fails, no post is handed over until the same changes have been committed. A question that fails is
 * retried, too, and commits continue meanwhile.
 */
final class StateWriter implements Checkpoint, Work {
    /**
     * How long a commit gathers further changes after its first change. A commit that has enough earlier does not wait.
     */
    private static final long GATHER_NANOS = Duration.ofMillis(20).toNanos();

    /** How often the worker looks for requests that other processes have left in the store. */
    private static final long REQUESTS_EVERY_NANOS = Duration.ofSeconds(2).toNanos();

    private static final long RETRY_NANOS = Duration.ofSeconds(1).toNanos();
    /** The most uncommitted posts. Further posts wait for the disk, so that a crash repeats only a few. */
    private static final int UNCOMMITTED_MAX = 5_000;
    /**
     * The most uncommitted posts at which recovered posts are still handed over. This limit is lower, so that live
     * posts always have room.
     */
    private static final int UNCOMMITTED_FETCHED_MAX = 2_500;
    /** The longest wait for the last commit, even when no caller waits any more. */
    private static final Duration CLOSE_MAX = Duration.ofMinutes(1);

    /** A commit that has so many posts does not wait for more of them. */
    private static final int COMMIT_POSTS = 2_000;

    private final Time time;
    private final StateStore store;
    private final PendingChanges said = new PendingChanges(COMMIT_POSTS);
    private final AtomicInteger uncommitted = new AtomicInteger();
    private final ConcurrentLinkedQueue<Question<?>> questions = new ConcurrentLinkedQueue<>();
    private volatile @Nullable Worker worker;

    // Owner of the fields down to `readable`: the worker, and after its end the thread that closes the stream.
    /** The changes whose commit failed last; null if it succeeded. An empty list only extends a lease. */
    private @Nullable List<Change> failed;

    private String failedBy = "";
    private long gatherUntilNanos = Long.MIN_VALUE;
    private long committedNanos;
    private long lookedNanos;
    private long askAgainNanos;
    private boolean readable = true;

    private volatile LongSupplier accountedUntilMillis = () -> Long.MIN_VALUE;
    private volatile boolean writable = true;
    private volatile Consumer<List<StoreRequest>> requests = found -> {};
    private volatile Consumer<Runnable> mail = answer -> {};
    private volatile Consumer<StreamEvent.OfRecovery> events = event -> {};
    private volatile Consumer<Throwable> stream = cause -> {};
    private volatile Consumer<StreamException> lost = why -> {};
    /** The error that ended the worker; null if there was none. */
    private volatile @Nullable Throwable deadly;

    /** A question to the store, which is answered once every change up to the mark is committed. */
    private record Question<T>(Function<StateStore, T> read, Consumer<T> answer, long mark) {
        /** Reads from the store, and returns a task that passes the result to {@code answer}. */
        Runnable readFrom(StateStore store) {
            T found = read.apply(store);
            return () -> answer.accept(found);
        }
    }

    StateWriter(Time time, StateStore store) {
        this.time = time;
        this.store = store;
        this.lookedNanos = time.nanoTime();
        this.askAgainNanos = lookedNanos;
    }

    /** Starts the worker. Called once, when the stream starts, so that a stream that is only built has no thread. */
    void begin() {
        committedNanos = time.nanoTime();
        Worker started = time.start("gapless-state", this, this::died);
        worker = started;
        // Changes that were added before the field {@code worker} was set could not wake the worker, so wake it now.
        started.wake();
    }

    private void wake() {
        Worker running = worker;
        if (running != null) running.wake();
    }

    /**
     * Handles the death of the worker. Changes may be lost with the worker, so from then on no post is handed over and
     * nothing is committed.
     */
    private void died(Throwable cause) {
        writable = false;
        deadly = cause;
        stream.accept(cause);
    }

    /**
     * Sets the receiver of the requests that other processes have left in the store. The worker's thread calls the
     * receiver.
     */
    void serveBy(Consumer<List<StoreRequest>> server) {
        requests = server;
    }

    /**
     * Sets what tells, while this process stands by, up to when the holder accounts for all posts: see {@link
     * Checkpoint#accountedUntilMillis}.
     */
    void leaveTo(LongSupplier holder) {
        accountedUntilMillis = holder;
    }

    @Override
    public long accountedUntilMillis() {
        return accountedUntilMillis.getAsLong();
    }

    /** Sets the executor that runs answers to questions on the stream's thread. */
    void mailTo(Consumer<Runnable> streamThread) {
        mail = streamThread;
    }

    /** Sets the receiver of events. Any thread may call the receiver. */
    void tellTo(Consumer<StreamEvent.OfRecovery> listener) {
        events = listener;
    }

    /**
     * Sets the receiver of the error that ends the worker. Any thread may call the receiver. If the worker has died
     * already, the receiver is called at once.
     */
    void dieTo(Consumer<Throwable> owner) {
        stream = owner;
        Throwable cause = deadly;
        if (cause != null) owner.accept(cause);
    }

    /** Sets the receiver of the failure of the stream when its state is lost for good. Any thread may call it. */
    void lostTo(Consumer<StreamException> owner) {
        lost = owner;
    }

    /** Reports an event, from any thread. */
    void tell(StreamEvent.OfRecovery event) {
        events.accept(event);
    }

    /** Adds a change after all earlier ones. */
    void remember(Change change) {
        // If other changes are waiting, the worker is about to commit anyway. To wake the worker for each post would
        // cost more than all the rest.
        if (said.add(change)) wake();
    }

    /**
     * Reads from the store, after all earlier changes are committed. May be called from any thread. A read that fails
     * is retried until it succeeds.
     *
     * @param read reads from the store, on the worker's thread
     * @param answer receives the result of {@code read}, on the stream's thread; not called if the stream ends before
     */
    <T> void ask(Function<StateStore, T> read, Consumer<T> answer) {
        questions.add(new Question<>(read, answer, said.mark()));
        wake();
    }

    /** Returns whether the last commit succeeded. May be called from any thread. */
    boolean isWritable() {
        return writable;
    }

    @Override
    public boolean isReady(Origin origin) {
        return writable
                && store.mayDispatch()
                && uncommitted.get() < (origin.isLive() ? UNCOMMITTED_MAX : UNCOMMITTED_FETCHED_MAX);
    }

    @Override
    public void acknowledged(List<Post> posts) {
        uncommitted.addAndGet(posts.size());
        if (said.addAcknowledged(posts)) wake();
        for (int i = 0; i < posts.size(); i++) {
            Post post = posts.get(i);
            if (post.origin() == Origin.DEAD_LETTER) remember(new Change.Revived(post.id()));
        }
    }

    @Override
    public void deadLettered(Post post, Throwable cause) {
        uncommitted.incrementAndGet();
        ByteArrayOutputStream line = new ByteArrayOutputStream(post.length());
        try {
            post.writeTo(line);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        remember(new Change.DeadLettered(
                new DeadLetter(post.id(), line.toByteArray(), String.valueOf(cause), time.instant())));
    }

    @Override
    public long step(long nowNanos) {
        long waitNanos = stepNow(nowNanos);
        // A commit that failed has its own wait. Without it, a database that is away would be asked without a pause.
        return failed != null ? waitNanos : Math.min(waitNanos, untilRenewal(nowNanos));
    }

    private long untilRenewal(long nowNanos) {
        long every = TimeUnit.NANOSECONDS.convert(store.renewEvery());
        return Math.max(0, every - (nowNanos - committedNanos));
    }

    private long stepNow(long nowNanos) {
        if (failed != null) return commit(failed);
        if (untilRenewal(nowNanos) == 0) return commit(said.take());
        if (nowNanos - lookedNanos >= REQUESTS_EVERY_NANOS) lookForRequests(nowNanos);
        Question<?> question = nowNanos - askAgainNanos < 0 ? null : questions.peek();
        if (question != null && said.isTaken(question.mark())) return answer(question, nowNanos);
        if (said.isEmpty()) {
            gatherUntilNanos = Long.MIN_VALUE;
            return questions.isEmpty() ? REQUESTS_EVERY_NANOS : Math.max(0, askAgainNanos - nowNanos);
        }
        if (question != null) return commit(said.take());
        if (gatherUntilNanos == Long.MIN_VALUE) gatherUntilNanos = nowNanos + GATHER_NANOS;
        if (nowNanos < gatherUntilNanos && !said.isEnough()) return gatherUntilNanos - nowNanos;
        gatherUntilNanos = Long.MIN_VALUE;
        return commit(said.take());
    }

    private void lookForRequests(long nowNanos) {
        lookedNanos = nowNanos;
        try {
            List<StoreRequest> found = store.requests();
            if (!found.isEmpty()) requests.accept(found);
            if (questions.isEmpty()) readable();
        } catch (StateException e) {
            unreadable(e);
        }
    }

    private long answer(Question<?> question, long nowNanos) {
        Runnable answer;
        try {
            answer = question.readFrom(store);
        } catch (StateException e) {
            unreadable(e);
            // Perhaps only this question fails. So the other questions are answered first.
            questions.add(questions.remove());
            askAgainNanos = nowNanos + RETRY_NANOS;
            // The next step runs at once, and commits the changes that wait. They have woken the worker already, and do
            // not wake it again. So with a pause here, they would wait until the retry.
            return 0;
        }
        questions.remove();
        mail.accept(answer);
        if (questions.isEmpty()) readable();
        return 0;
    }

    private void readable() {
        if (!readable) events.accept(new RecoveryEvent.StateReadable(time.instant()));
        readable = true;
    }

    private void unreadable(StateException why) {
        if (readable)
            events.accept(new RecoveryEvent.StateUnreadable(time.instant(), String.valueOf(why.getMessage())));
        readable = false;
    }

    private long commit(List<Change> changes) {
        try {
            store.commit(changes);
        } catch (StateException e) {
            failed = changes;
            failedBy = String.valueOf(e.getMessage());
            boolean isNew = writable;
            // The event wakes the stream's thread, which then asks whether the state can be written.
            writable = false;
            if (isNew) events.accept(new RecoveryEvent.StateUnwritable(time.instant(), failedBy));
            endOfStream(e.reason()).ifPresent(reason -> lost.accept(new StreamException(reason, failedBy)));
            return retryNanos();
        }
        failed = null;
        committedNanos = time.nanoTime();
        for (Change change : changes) uncommitted.addAndGet(-PendingChanges.posts(change));
        if (!writable) events.accept(new RecoveryEvent.StateWritable(time.instant()));
        writable = true;
        return 0;
    }

    /**
     * Returns why a failed commit ends the stream: the state belongs to another process now, or is damaged, which no
     * retry mends. Empty if the commit is retried.
     */
    private static Optional<StreamException.Reason> endOfStream(StateException.Reason reason) {
        return switch (reason) {
            case TAKEN_OVER -> Optional.of(StreamException.Reason.TAKEN_OVER);
            case DAMAGED -> Optional.of(StreamException.Reason.STATE_REFUSED);
            default -> Optional.empty();
        };
    }

    /** Returns the wait before a retry: a lease must be extended before it runs out. */
    private long retryNanos() {
        return Math.min(RETRY_NANOS, TimeUnit.NANOSECONDS.convert(store.renewEvery()) / 2);
    }

    @Override
    public void finish(Duration atMost, Consumer<StreamEvent.OfRecovery> last) throws InterruptedException {
        events = last;
        String missed = commitLast(atMost);
        if (missed != null) last.accept(new RecoveryEvent.LastCommitMissed(time.instant(), uncommitted.get(), missed));
    }

    /**
     * Commits the changes that {@link #finish} had no time for. The disk may be slow, but no caller of {@code close} on
     * the stream waits for this method.
     */
    void close() throws InterruptedException {
        commitLast(CLOSE_MAX);
    }

    /**
     * Stops the worker, and commits the changes that remain. Returns why not everything could be committed; null if
     * everything was committed, or if the worker was never started.
     */
    private @Nullable String commitLast(Duration atMost) throws InterruptedException {
        Worker running = worker;
        if (running == null) return null;
        running.stop();
        if (!running.awaitStopped(atMost)) return "the disk has not answered for " + Durations.text(atMost);
        Throwable cause = deadly;
        if (cause != null) return "the thread that commits has died of " + cause;
        // The stream's thread has ended, so no one waits for answers any more.
        questions.clear();
        while (!said.isEmpty() || failed != null) {
            commit(failed != null ? failed : said.take());
            if (failed != null) return failedBy;
        }
        return null;
    }
}
