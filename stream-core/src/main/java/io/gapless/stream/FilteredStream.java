package io.gapless.stream;

import io.gapless.stream.api.XApi;
import io.gapless.stream.rules.Rules;
import io.gapless.stream.seam.ShutdownHook;
import io.gapless.stream.seam.Time;
import io.gapless.stream.seam.Transport;
import io.gapless.stream.seam.Worker;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * X's filtered stream, kept connected. Posts go to the handler, each once within the last hour; everything that happens
 * goes to the listener. It keeps no state on disk: what an outage cost is timed and told, not recovered.
 *
 * <pre>{@code
 * try (FilteredStream stream = FilteredStream.builder()
 *         .bearerToken(System.getenv("X_BEARER_TOKEN"))
 *         .rules(RuleSet.of("cats", "cat has:images -is:retweet"))
 *         .handler(post -> System.out.println(post.text()))
 *         .closeOnShutdown()
 *         .build()) {
 *     stream.start();
 *     stream.awaitClose();
 * }
 * }</pre>
 *
 * <p>Thread-safe. A stream is started once; after {@code close} a new one is built.
 */
public final class FilteredStream implements AutoCloseable {
    /** What {@link #close()} gives the handler for what has been received. */
    private static final Duration CLOSE_AFTER = Duration.ofMillis(500);
    /** What ending threads, sockets and the last events may take beyond that. */
    private static final Duration TIDY_UP = Duration.ofMillis(200);

    private final Time time;
    private final Transport transport;
    private final boolean ownsTransport;
    private final Rules rules;
    private final Overflow overflow;
    private final Inbox inbox;
    private final Traffic traffic = new Traffic();
    private final EventDesk events;
    private final Dispatcher dispatcher;
    private final StreamLoop loop;
    private final Optional<Duration> drainOnShutdown;
    private final Runnable afterClose;
    private final CountDownLatch whollyClosed = new CountDownLatch(1);
    private volatile @Nullable Worker handlerWorker;

    /** Guards what is below it: a stream is closed before it is started, or after, and never in between. */
    private final Object lifecycle = new Object();

    private boolean started;
    private boolean closed;
    /** While it closes. */
    private @Nullable Thread closer;

    private @Nullable ShutdownHook shutdownHook;

    FilteredStream(
            StreamBuilder<?> builder,
            Recovery recovery,
            Checkpoint checkpoint,
            Overflow overflow,
            Runnable afterClose) {
        StreamSettings settings = builder.settings();
        this.time = builder.time();
        this.ownsTransport = builder.transport().isEmpty();
        this.transport = builder.transport().orElseGet(() -> builder.wire().open(time));
        XApi api = new XApi(builder.baseUrl(), builder.tokens(transport), transport, time);
        this.rules = new Rules(api);
        this.drainOnShutdown = builder.drainOnShutdown();
        this.afterClose = afterClose;
        this.overflow = overflow;
        this.inbox = new Inbox(settings.inboxMaxBytes(), overflow);
        this.events = new EventDesk(time, builder.listener(), this::died);
        SeenPosts seen = new SeenPosts(settings.seenMaxBytes(), inbox::oldestMillis);
        this.dispatcher = new Dispatcher(
                time, inbox, seen, builder.handler(), builder.batchMax(), builder.deadLetters(), checkpoint, events);
        this.loop = new StreamLoop(
                settings,
                time,
                transport,
                builder.chance(),
                api,
                recovery,
                seen,
                events,
                inbox,
                traffic,
                this::wakeHandler);
    }

    private void died(Throwable cause) {
        loop.died(cause);
    }

    private void wakeHandler() {
        Worker worker = handlerWorker;
        if (worker != null) worker.wake();
    }

    /**
     * A stream's settings, all safe by default.
     *
     * @return a new builder
     */
    public static Builder builder() {
        return new Builder();
    }

    /**
     * Starts to connect, and returns at once.
     *
     * @throws IllegalStateException if the stream was started or closed before, or if it closes on shutdown and the JVM
     *     is shutting down already
     */
    public void start() {
        synchronized (lifecycle) {
            if (closed || started) {
                throw new IllegalStateException("A stream is started once; build a new one to start again.");
            }
            shutdownHook = drainOnShutdown.map(this::hook).orElse(null);
            started = true;
            handlerWorker = time.start("gapless-handler", dispatcher, this::died);
            loop.start();
        }
    }

    private ShutdownHook hook(Duration drain) {
        return ShutdownHook.register("gapless-shutdown", () -> close(drain));
    }

    /**
     * Waits until the stream is wholly closed, or has given up.
     *
     * @throws StreamException if it has given up: a person must change something
     * @throws InterruptedException when the caller is interrupted
     */
    public void awaitClose() throws InterruptedException {
        loop.ended().await();
        throwFailure();
        if (!isOwnThread()) whollyClosed.await();
    }

    /**
     * Waits until the stream is wholly closed or has given up, but no longer than a while.
     *
     * @param atMost how long to wait
     * @return whether it has ended
     * @throws StreamException if it has given up: a person must change something
     * @throws InterruptedException when the caller is interrupted
     */
    public boolean awaitClose(Duration atMost) throws InterruptedException {
        // Saturates: a wait of centuries is a wait for ever.
        long atMostNanos = TimeUnit.NANOSECONDS.convert(atMost);
        long beganNanos = time.nanoTime();
        if (!loop.ended().await(atMostNanos, TimeUnit.NANOSECONDS)) return false;
        throwFailure();
        long restNanos = atMostNanos - (time.nanoTime() - beganNanos);
        return isOwnThread() || whollyClosed.await(restNanos, TimeUnit.NANOSECONDS);
    }

    private void throwFailure() {
        StreamException failure = loop.failure();
        if (failure != null) throw failure;
    }

    /**
     * How the stream is doing.
     *
     * @return a snapshot
     */
    public Health health() {
        StreamLoop.Snapshot known = loop.snapshot();
        long nowNanos = time.nanoTime();
        return new Health(
                known.state(),
                known.since(),
                known.lastEnding(),
                known.nextTryAt().filter(next -> known.live() == 0).map(this::notPast),
                since(traffic.lastSignalNanos(), nowNanos),
                since(traffic.lastPostNanos(), nowNanos),
                known.live(),
                known.connectsLeft(),
                inbox.size(),
                inbox.heldBytes(),
                overflow.heldBytes(),
                overflow.maxBytes(),
                traffic.received(),
                dispatcher.handled(),
                dispatcher.duplicates(),
                dispatcher.deadLettered(),
                dispatcher.handlerDown(),
                known.gaps().openGaps(),
                known.gaps().lostSpans(),
                known.gaps().doubtfulSpans(),
                known.gaps().recovered());
    }

    private static Optional<Duration> since(long nanos, long nowNanos) {
        if (nanos == Traffic.NEVER) return Optional.empty();
        // Another thread may have stamped it after this one has read the clock.
        return Optional.of(Duration.ofNanos(Math.max(0, nowNanos - nanos)));
    }

    /** What is due but has not begun is due now. */
    private Instant notPast(Instant next) {
        Instant now = time.instant();
        return next.isBefore(now) ? now : next;
    }

    /**
     * The rules on X, for this stream's app.
     *
     * @return the client; works before start, too
     */
    public Rules rules() {
        return rules;
    }

    /** Closes within a second; what the handler has not handled by then is counted in the event {@code Closed}. */
    @Override
    public void close() {
        close(CLOSE_AFTER);
    }

    /**
     * Closes the connections at once, so that X's slot is free, and gives the handler time for what has been received.
     * Wakes whoever waits. A handler that still blocks afterwards is interrupted and left behind.
     *
     * <p>Idempotent. A call beside another one waits until that one is done, so that what the handler uses may be closed
     * after any of them; called by the handler or the listener, it returns at once.
     *
     * @param drain how long the handler may take
     */
    public void close(Duration drain) {
        boolean first;
        synchronized (lifecycle) {
            first = !closed;
            if (first) {
                closed = true;
                closer = Thread.currentThread();
                loop.close();
            }
        }
        if (first) closeAll(drain);
        else if (!isOwnThread()) awaitWhollyClosed();
    }

    private void closeAll(Duration drain) {
        boolean interrupted = false;
        try {
            loop.awaitStopped(TIDY_UP);
            drain(drain);
        } catch (InterruptedException e) {
            interrupted = true;
        }
        long unhandled = giveUpHandler();
        if (ownsTransport) transport.close();
        events.tell(new StreamEvent.Closed(time.instant(), unhandled));
        try {
            if (!interrupted) events.worker().awaitStopped(TIDY_UP);
        } catch (InterruptedException e) {
            interrupted = true;
        }
        try {
            afterClose.run();
        } finally {
            letGo();
            whollyClosed.countDown();
        }
        if (interrupted) Thread.currentThread().interrupt();
    }

    private void letGo() {
        synchronized (lifecycle) {
            if (shutdownHook != null) shutdownHook.remove();
            shutdownHook = null;
            closer = null;
        }
    }

    private void awaitWhollyClosed() {
        try {
            whollyClosed.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Whether the caller is the user's code on a thread of ours, or is closing the stream: for these we cannot wait. */
    private boolean isOwnThread() {
        Worker handling = handlerWorker;
        if (events.worker().isCaller() || handling != null && handling.isCaller()) return true;
        synchronized (lifecycle) {
            return closer == Thread.currentThread();
        }
    }

    private void drain(Duration atMost) throws InterruptedException {
        Worker worker = handlerWorker;
        if (worker == null) return;
        dispatcher.stopWhenIdle(worker);
        worker.wake();
        worker.awaitStopped(atMost);
    }

    /** What the handler has not acknowledged by now counts as not handled, whatever an interrupt makes it do. */
    private long giveUpHandler() {
        long unhandled = dispatcher.unhandled();
        Worker worker = handlerWorker;
        if (worker != null && unhandled > 0) {
            worker.stop();
            worker.interrupt();
        }
        return unhandled;
    }

    /** Settings of a stream. Not thread-safe; may be used for several streams. */
    public static final class Builder extends StreamBuilder<Builder> {
        private Builder() {}

        /**
         * Builds the stream. Nothing is opened yet.
         *
         * @return a stream to start
         * @throws IllegalArgumentException if the token or the handler is missing
         */
        public FilteredStream build() {
            return buildStream(Recovery.NONE, Checkpoint.NONE, Overflow.NONE, () -> {});
        }
    }
}
