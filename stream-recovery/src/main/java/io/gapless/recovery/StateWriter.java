package io.gapless.recovery;

import io.gapless.recovery.state.Change;
import io.gapless.recovery.state.DeadLetter;
import io.gapless.recovery.state.StateException;
import io.gapless.recovery.state.StateStore;
import io.gapless.recovery.state.StoreRequest;
import io.gapless.stream.Checkpoint;
import io.gapless.stream.Origin;
import io.gapless.stream.Post;
import io.gapless.stream.StreamEvent;
import io.gapless.stream.seam.Time;
import io.gapless.stream.seam.Work;
import io.gapless.stream.seam.Worker;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Group commit: what the handler's and the stream's thread want remembered, in the order in which they said it, a
 * transaction at a time. Owner of the store's commits: its worker.
 *
 * <p>If a commit fails, posts are not dispatched until it succeeds; the same changes are tried again.
 */
final class StateWriter implements Checkpoint, Work {
    /** A commit begins this long after the first acknowledgement, or when there is enough for it. */
    private static final long GATHER_NANOS = Duration.ofMillis(20).toNanos();

    /** How soon a request of another process is seen. */
    private static final long REQUESTS_EVERY_NANOS = Duration.ofSeconds(2).toNanos();

    private static final long RETRY_NANOS = Duration.ofSeconds(1).toNanos();
    /** Beyond it, posts wait for the disk: what a crash can bring again stays small. */
    private static final int UNCOMMITTED_MAX = 5_000;
    /** For fetched posts, so that live ones always have room. */
    private static final int UNCOMMITTED_FETCHED_MAX = 2_500;
    /** So that a commit is short, and what is acknowledged meanwhile need not wait for long. */
    private static final int COMMIT_POSTS_MAX = 2_000;

    private final Time time;
    private final StateStore store;
    private final SaidChanges said = new SaidChanges(COMMIT_POSTS_MAX);
    private final AtomicInteger uncommitted = new AtomicInteger();
    private final Worker worker;

    // Owned by the worker.
    private List<Change> failed = List.of();
    private long gatherUntilNanos = Long.MIN_VALUE;
    private long lookedNanos;

    private volatile boolean writable = true;
    private volatile Consumer<List<StoreRequest>> requests = found -> {};
    private volatile Consumer<StreamEvent.OfRecovery> events = event -> {};
    private volatile Consumer<Throwable> stream = cause -> {};
    /** What the worker has died of. */
    private volatile @Nullable Throwable deadly;

    StateWriter(Time time, StateStore store) {
        this.time = time;
        this.store = store;
        this.lookedNanos = time.nanoTime();
        this.worker = time.start("gapless-state", this, this::died);
    }

    /** Nothing is handed over, and nothing is committed, after what may have been lost with it. */
    private void died(Throwable cause) {
        writable = false;
        deadly = cause;
        stream.accept(cause);
    }

    /** Says who serves requests; told on the store's thread. */
    void serveBy(Consumer<List<StoreRequest>> server) {
        requests = server;
    }

    /** Says where events go, from any thread. */
    void tellTo(Consumer<StreamEvent.OfRecovery> listener) {
        events = listener;
    }

    /** Says who must know that the worker has died, from any thread. */
    void dieTo(Consumer<Throwable> owner) {
        stream = owner;
        Throwable cause = deadly;
        if (cause != null) owner.accept(cause);
    }

    /** Tells an event, from any thread. */
    void tell(StreamEvent.OfRecovery event) {
        events.accept(event);
    }

    /** Remembers a change after all that was said before. */
    void remember(Change change) {
        // While something is waiting, the commit is on its way: to wake a thread for each post would cost more than the
        // rest.
        if (said.add(change)) worker.wake();
    }

    @Override
    public boolean isReady(Origin origin) {
        return writable && uncommitted.get() < (origin.isLive() ? UNCOMMITTED_MAX : UNCOMMITTED_FETCHED_MAX);
    }

    @Override
    public void acknowledged(List<Post> posts) {
        uncommitted.addAndGet(posts.size());
        if (said.addAcknowledged(posts)) worker.wake();
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
        if (!failed.isEmpty()) return commit(failed);
        if (nowNanos - lookedNanos >= REQUESTS_EVERY_NANOS) lookForRequests(nowNanos);
        if (said.isEmpty()) {
            gatherUntilNanos = Long.MIN_VALUE;
            return REQUESTS_EVERY_NANOS;
        }
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
        } catch (StateException e) {
            // Whoever asks is told by the missing answer; what is wrong with the store is told by the next commit.
        }
    }

    private long commit(List<Change> changes) {
        try {
            store.commit(changes);
        } catch (StateException e) {
            failed = changes;
            if (writable)
                events.accept(new RecoveryEvent.StateUnwritable(time.instant(), String.valueOf(e.getMessage())));
            writable = false;
            return RETRY_NANOS;
        }
        failed = List.of();
        for (Change change : changes) uncommitted.addAndGet(-SaidChanges.posts(change));
        if (!writable) events.accept(new RecoveryEvent.StateWritable(time.instant()));
        writable = true;
        return 0;
    }

    /** Commits what was said, as far as the time allows, and ends. */
    void close(Duration atMost) throws InterruptedException {
        long untilNanos = time.nanoTime() + atMost.toNanos();
        worker.stop();
        worker.awaitStopped(atMost);
        if (deadly != null) return;
        while (!(said.isEmpty() && failed.isEmpty()) && time.nanoTime() < untilNanos) {
            if (step(Long.MAX_VALUE) == RETRY_NANOS) return;
        }
    }
}
