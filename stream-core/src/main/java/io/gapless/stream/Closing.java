package io.gapless.stream;

import io.gapless.stream.seam.Time;
import io.gapless.stream.seam.Work;
import io.gapless.stream.seam.Worker;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The end of one stream, on a thread of its own: so nobody who closes it waits for himself, and nobody leaves it half
 * done, whatever interrupts him. Whoever waits for it has a bound; it has none, so that a slow disk loses nothing. Owner
 * of the steps: its worker. The lock guards the length of the drain.
 *
 * <pre>
 *  connections closed ──▶ inbox drained ──▶ handler given up ──▶ last commit ──▶ Closed reported ──▶ state released
 * </pre>
 */
final class Closing implements Work {
    /** What {@code close()} gives the handler for what has been received. */
    static final Duration DRAIN = Duration.ofMillis(500);
    /** What the rest may take beyond the drain, for those who wait: the commit, threads, sockets, the last events. */
    private static final long AFTER_DRAIN_NANOS = Duration.ofMillis(500).toNanos();

    private static final Duration LOOP = Duration.ofMillis(200);
    /** For a handler to return after its interrupt. */
    private static final Duration LEAVE = Duration.ofMillis(100);

    private static final Duration COMMIT = Duration.ofMillis(200);
    private static final Duration LAST_EVENTS = Duration.ofMillis(150);

    /** Longer than anyone waits, and short enough to be added to a time. */
    private static final long DRAIN_MAX_NANOS = Long.MAX_VALUE / 4;
    /** Until the worker is known to itself. */
    private static final long STARTING_NANOS = Duration.ofMillis(1).toNanos();

    private static final Logger LOG = LoggerFactory.getLogger("io.gapless.stream.FilteredStream");

    /** What ends. */
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
    /** Written under the lock. */
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
            // No thread is left to be had; so the caller's must do.
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

    /** The drain may be shortened meanwhile, by an interrupt. */
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
                // By whoever has shortened it: look again.
            }
        }
        synchronized (drain) {
            draining = false;
            // It may have come too late to interrupt anything.
            Thread.interrupted();
        }
    }

    /** As long as connections are open, or what they have brought is being read, the handler is not done. */
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

    /** What the handler has not acknowledged by now counts as not handled, whatever an interrupt makes it do. */
    private long giveUpHandler() {
        long unhandled = parts.dispatcher().giveUp();
        parts.handling().ifPresent(handling -> {
            // Also where it has handled all, and waits for a checkpoint that will never be ready.
            handling.stop();
            if (unhandled > 0) handling.interrupt();
        });
        return unhandled;
    }

    /** What those who wait have left for it. */
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

    /** Waits for the end, but no longer than the drain and half a second. An interrupt shortens the wait to a second. */
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

    /** Waits for the end, but no longer than those who close it. */
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
