package io.gapless.stream;

import io.gapless.stream.event.StreamEvent;
import io.gapless.stream.pace.Traffic;
import io.gapless.stream.seam.Time;
import io.gapless.stream.seam.Work;
import io.gapless.stream.seam.Worker;
import io.gapless.stream.spi.Checkpoint;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Closes one stream, on a thread of its own: {@code gapless-closing}. So no caller waits for the end of its own thread,
 * and the interrupt of a caller does not leave the stream half closed. A caller waits for a limited time. The closing
 * itself has no time limit, so that nothing is lost when the disk is slow. The drain is the time in which the handler
 * may still handle received posts. Owner of the steps: the thread {@code gapless-closing}. The lock {@code drain}
 * guards when the drain ends.
 *
 * <pre>
 *  connections closed ──▶ inbox drained ──▶ handler given up ──▶ last commit ──▶ Closed reported ──▶ state released
 * </pre>
 */
final class Closing implements Work {
    /** The drain of {@code close()}: how long the handler may take for the posts that have been received. */
    static final Duration DRAIN = Duration.ofMillis(500);
    /**
     * How much longer than the drain a caller may wait, for the commit, the threads, the sockets and the last events.
     */
    private static final long AFTER_DRAIN_NANOS = Duration.ofMillis(500).toNanos();

    /**
     * How long the closing may wait for the end of the stream's thread, even if less than this remains of the drain.
     */
    private static final Duration LOOP = Duration.ofMillis(200);
    /** How long the handler may take to return after its interrupt. */
    private static final Duration LEAVE = Duration.ofMillis(100);

    /** How long the last commit may take, even if no caller of {@code close()} waits any more. */
    private static final Duration COMMIT = Duration.ofMillis(200);
    /** How long the listener may take for the last events before it is interrupted. */
    private static final Duration LAST_EVENTS = Duration.ofMillis(150);

    /** The longest drain, about 73 years. A longer one could overflow when it is added to a time. */
    private static final long DRAIN_MAX_NANOS = Long.MAX_VALUE / 4;
    /**
     * The pause between steps until {@link #begin} has set the field {@code worker}; the worker may run before that.
     */
    private static final long STARTING_NANOS = Duration.ofMillis(1).toNanos();

    private static final Logger LOG = LoggerFactory.getLogger("io.gapless.stream.FilteredStream");

    /** Holds the parts of the stream that the closing ends. */
    record Parts(
            StreamLoop loop,
            Traffic traffic,
            Dispatcher dispatcher,
            Optional<Worker> handling,
            EventDesk events,
            Checkpoint checkpoint,
            Runnable closeWire,
            Runnable afterClose) {}

    private final Time time;
    private final Parts parts;
    private volatile @Nullable Worker worker;
    private volatile boolean done;

    private final Object drain = new Object();
    private boolean draining = true;
    /** When the drain ends, by the monotonic clock. Written under the lock {@code drain}, read by any thread. */
    private volatile long drainUntilNanos;

    Closing(Time time, Parts parts, Duration atMost) {
        this.time = time;
        this.parts = parts;
        long drainNanos = Math.min(Math.max(0, TimeUnit.NANOSECONDS.convert(atMost)), DRAIN_MAX_NANOS);
        this.drainUntilNanos = time.nanoTime() + drainNanos;
    }

    void begin() {
        try {
            worker = time.start("gapless-closing", this, cause -> {});
        } catch (OutOfMemoryError e) {
            // No thread can be created, so the caller's thread closes the stream.
            step(time.nanoTime());
        }
    }

    @Override
    public long step(long nowNanos) {
        if (!done) {
            try {
                close();
            } catch (InterruptedException e) {
                throw new AssertionError("nobody interrupts a stream that closes, but for its drain", e);
            } finally {
                done = true;
            }
        }
        Worker self = worker;
        if (self == null) return STARTING_NANOS;
        self.stop();
        return UNTIL_WOKEN;
    }

    private void close() throws InterruptedException {
        parts.events().begin();
        drain();
        long unhandled = giveUpHandler();
        try {
            parts.closeWire().run();
            parts.checkpoint().finish(commitAtMost(), parts.events()::tell);
        } catch (RuntimeException | Error e) {
            LOG.error("The stream could not be closed properly. What is missing is recovered after the next start.", e);
        }
        parts.events().tell(new StreamEvent.Closed(time.instant(), unhandled));
        if (!parts.events().awaitStopped(LAST_EVENTS)) parts.events().interrupt();
        if (parts.handling().isPresent()) parts.handling().get().awaitStopped(LEAVE);
        try {
            parts.afterClose().run();
        } catch (RuntimeException | Error e) {
            LOG.error("The state could not be closed properly. It is checked at the next start.", e);
        }
    }

    /**
     * Waits until the handler has handled all received posts, or the drain is over. {@link #shortenDrain} interrupts
     * this wait.
     */
    private void drain() {
        boolean loopStopped = false;
        boolean drained = false;
        while (!drained) {
            try {
                if (!loopStopped) awaitLastPost();
                loopStopped = true;
                drained = parts.handling().isEmpty()
                        || drained(parts.handling().get())
                        || rest(drainUntilNanos).isZero();
            } catch (InterruptedException e) {
                // shortenDrain has interrupted the wait. The loop computes the remaining time again.
            }
        }
        synchronized (drain) {
            draining = false;
            // Clears an interrupt that came after the last wait, because it must not end a later wait of this thread.
            Thread.interrupted();
        }
    }

    /**
     * Waits until the stream's thread has ended and everything that its connections received has been read. Until then
     * more posts may follow, so the handler cannot be done.
     */
    private void awaitLastPost() throws InterruptedException {
        Duration rest = rest(drainUntilNanos);
        parts.loop().awaitStopped(rest.compareTo(LOOP) < 0 ? LOOP : rest);
        parts.traffic().awaitRead(rest(drainUntilNanos));
    }

    private boolean drained(Worker handling) throws InterruptedException {
        parts.dispatcher().stopWhenIdle(handling);
        handling.wake();
        return handling.awaitStopped(rest(drainUntilNanos));
    }

    /**
     * Ends the acknowledgement of posts, and returns how many posts are not acknowledged. After this, a return of the
     * handler acknowledges nothing, even if the handler returns normally after its interrupt.
     */
    private long giveUpHandler() {
        long unhandled = parts.dispatcher().giveUp();
        parts.handling().ifPresent(handling -> {
            // The worker is stopped even if all posts are handled: it may wait for a checkpoint that will never be
            // ready.
            handling.stop();
            if (unhandled > 0) handling.interrupt();
        });
        return unhandled;
    }

    /**
     * Returns how long the commit may take: the rest of the callers' wait, less the times for the last events and for
     * the handler, but at least {@link #COMMIT}.
     */
    private Duration commitAtMost() {
        Duration left = rest(closedByNanos()).minus(LAST_EVENTS).minus(LEAVE);
        return left.compareTo(COMMIT) < 0 ? COMMIT : left;
    }

    private long closedByNanos() {
        return drainUntilNanos + AFTER_DRAIN_NANOS;
    }

    private Duration rest(long untilNanos) {
        return Duration.ofNanos(Math.max(0, untilNanos - time.nanoTime()));
    }

    /**
     * Waits until the stream is closed, but no longer than the drain and half a second. After an interrupt of the
     * calling thread, the wait ends within a second. The thread stays interrupted.
     *
     * @param mayShorten whether the first interrupt also shortens the drain
     */
    void await(boolean mayShorten) {
        boolean interrupted = false;
        long waitUntilNanos = Long.MAX_VALUE;
        while (!done) {
            try {
                long untilNanos = closedByNanos();
                if (interrupted && waitUntilNanos - untilNanos < 0) untilNanos = waitUntilNanos;
                awaitStopped(rest(untilNanos));
                break;
            } catch (InterruptedException e) {
                if (interrupted) continue;
                interrupted = true;
                waitUntilNanos = time.nanoTime() + DRAIN.toNanos() + AFTER_DRAIN_NANOS;
                if (mayShorten) shortenDrain();
            }
        }
        if (interrupted) Thread.currentThread().interrupt();
    }

    /**
     * Waits until the stream is closed, but no longer than {@code atMost}, and no longer than a caller of {@code
     * close()} waits. Returns false only if {@code atMost} is the shorter limit and has passed before the stream was
     * closed.
     */
    boolean await(Duration atMost) throws InterruptedException {
        Duration bound = rest(closedByNanos());
        if (atMost.compareTo(bound) < 0) return awaitStopped(atMost);
        awaitStopped(bound);
        return true;
    }

    private boolean awaitStopped(Duration atMost) throws InterruptedException {
        Worker closing = worker;
        return closing == null ? done : closing.awaitStopped(atMost);
    }

    private void shortenDrain() {
        synchronized (drain) {
            long shortNanos = time.nanoTime() + DRAIN.toNanos();
            if (!draining || drainUntilNanos - shortNanos <= 0) return;
            drainUntilNanos = shortNanos;
            Worker closing = worker;
            if (closing != null) closing.interrupt();
        }
    }

    boolean isCaller() {
        Worker closing = worker;
        return closing != null && closing.isCaller();
    }
}
