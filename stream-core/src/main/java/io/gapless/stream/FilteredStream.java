package io.gapless.stream;

import io.gapless.stream.api.XApi;
import io.gapless.stream.rules.Rules;
import io.gapless.stream.seam.Time;
import io.gapless.stream.seam.Transport;
import io.gapless.stream.seam.Worker;
import java.time.Duration;
import java.util.Optional;
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
    private volatile @Nullable Worker handlerWorker;

    /** Guards the two below it: a stream is closed before it is started, or after, and never in between. */
    private final Object lifecycle = new Object();

    private boolean started;
    private boolean closed;

    FilteredStream(StreamBuilder<?> builder, Recovery recovery, Checkpoint checkpoint, Overflow overflow) {
        StreamSettings settings = builder.settings();
        this.time = builder.time();
        this.ownsTransport = builder.transport().isEmpty();
        this.transport = builder.transport().orElseGet(() -> builder.wire().open(time));
        XApi api = new XApi(builder.baseUrl(), builder.tokens(transport), transport, time);
        this.rules = new Rules(api);
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
     * @throws IllegalStateException if the stream was started or closed before
     */
    public void start() {
        synchronized (lifecycle) {
            if (closed || started) {
                throw new IllegalStateException("A stream is started once; build a new one to start again.");
            }
            started = true;
            handlerWorker = time.start("gapless-handler", dispatcher, this::died);
            loop.start();
        }
    }

    /**
     * Waits until the stream is closed or has given up.
     *
     * @throws StreamException if it has given up: a person must change something
     * @throws InterruptedException when the caller is interrupted
     */
    public void awaitClose() throws InterruptedException {
        loop.ended().await();
        StreamException failure = loop.failure();
        if (failure != null) throw failure;
    }

    /**
     * Waits until the stream is closed or has given up, but not for ever.
     *
     * @param atMost how long to wait
     * @return whether it has ended
     * @throws StreamException if it has given up: a person must change something
     * @throws InterruptedException when the caller is interrupted
     */
    public boolean awaitClose(Duration atMost) throws InterruptedException {
        if (!loop.ended().await(atMost.toNanos(), TimeUnit.NANOSECONDS)) return false;
        awaitClose();
        return true;
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
                known.nextTryAt(),
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
        return nanos == Traffic.NEVER ? Optional.empty() : Optional.of(Duration.ofNanos(nowNanos - nanos));
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
     * Idempotent; wakes whoever waits. A handler that still blocks afterwards is interrupted and left behind.
     *
     * @param drain how long the handler may take
     */
    public void close(Duration drain) {
        synchronized (lifecycle) {
            if (closed) return;
            closed = true;
            loop.close();
        }
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
        if (interrupted) Thread.currentThread().interrupt();
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
            return buildStream(Recovery.NONE, Checkpoint.NONE, Overflow.NONE);
        }
    }
}
