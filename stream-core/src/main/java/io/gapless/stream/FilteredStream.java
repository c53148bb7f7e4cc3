package io.gapless.stream;

import io.gapless.stream.api.XApi;
import io.gapless.stream.event.StreamException;
import io.gapless.stream.pace.Traffic;
import io.gapless.stream.rules.Rules;
import io.gapless.stream.seam.ShutdownHook;
import io.gapless.stream.seam.Time;
import io.gapless.stream.seam.Transport;
import io.gapless.stream.seam.Worker;
import io.gapless.stream.spi.Checkpoint;
import io.gapless.stream.spi.Overflow;
import io.gapless.stream.spi.Recovery;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Keeps a connection to X's filtered stream open. The handler receives the posts; a post that X repeats within an hour
 * is handed over once. The listener receives the events. Nothing is kept on disk: an outage is timed and reported, but
 * its posts are not recovered. {@code GaplessStream} recovers them.
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
 * <p>Thread-safe. A stream can be started once; build a new one to start again.
 */
public final class FilteredStream implements AutoCloseable {
    private final Time time;
    private final Runnable closeWire;
    private final Rules rules;
    private final Overflow overflow;
    private final Inbox inbox;
    private final Traffic traffic = new Traffic();
    private final EventDesk events;
    private final Dispatcher dispatcher;
    private final StreamLoop loop;
    private final Optional<Duration> drainOnShutdown;
    private final Checkpoint checkpoint;
    private final Runnable afterClose;
    private volatile @Nullable Worker handlerWorker;

    /**
     * Guards {@code started}, {@code closing} and {@code shutdownHook}, so that a stream is never closed while it is
     * being started.
     */
    private final Object lifecycle = new Object();

    private boolean started;
    /** Set once, by the first call that closes the stream; null until then. */
    private volatile @Nullable Closing closing;

    private @Nullable ShutdownHook shutdownHook;

    /**
     * Builds the stream for a builder that adds a recovery, such as the builder of {@code GaplessStream}. Programs call
     * {@link Builder#build} instead. Opens no connection.
     *
     * @param builder holds the settings of the stream
     * @param recovery recovers the posts of outages
     * @param checkpoint records which posts are acknowledged or dead-lettered
     * @param overflow keeps posts while the inbox is full
     * @param afterClose called once, on the thread that closes the stream, after {@link Checkpoint#finish}
     * @return a stream to start
     * @throws IllegalArgumentException as for {@link StreamBuilder#requireComplete}
     * @hidden
     */
    @SuppressWarnings("exports") // Called by the recovery, which sees these types.
    public static FilteredStream of(
            StreamBuilder<?> builder,
            Recovery recovery,
            Checkpoint checkpoint,
            Overflow overflow,
            Runnable afterClose) {
        builder.requireComplete();
        return new FilteredStream(builder, recovery, checkpoint, overflow, afterClose);
    }

    private FilteredStream(
            StreamBuilder<?> builder,
            Recovery recovery,
            Checkpoint checkpoint,
            Overflow overflow,
            Runnable afterClose) {
        StreamSettings settings = builder.settings();
        this.time = builder.time();
        Transport transport = builder.transport().orElseGet(() -> builder.wire().open(time));
        XApi api = new XApi(builder.baseUrl(), builder.tokens(transport), transport, time);
        boolean ownsTransport = builder.transport().isEmpty();
        this.closeWire = () -> {
            api.endTokenCalls();
            if (ownsTransport) transport.close();
        };
        this.rules = new Rules(api);
        this.drainOnShutdown = builder.drainOnShutdown();
        this.checkpoint = checkpoint;
        this.afterClose = afterClose;
        this.overflow = overflow;
        this.inbox = new Inbox(settings.inboxMaxBytes(), overflow);
        this.events = new EventDesk(time, builder.listener(), this::died);
        SeenPosts seen = new SeenPosts(settings.seenMaxBytes(), inbox::oldestMillis);
        this.dispatcher = new Dispatcher(
                time,
                inbox,
                seen,
                builder.handler(),
                builder.batchMax(),
                settings.retries(),
                builder.deadLetters(),
                checkpoint,
                events);
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
     * Returns a new builder. A token and a handler are required; everything else has a default.
     *
     * @return a new builder
     */
    public static Builder builder() {
        return new Builder();
    }

    /**
     * Starts to connect. Returns at once.
     *
     * @throws IllegalStateException if the stream was started or closed before, or if {@code closeOnShutdown} is set
     *     and the JVM is already shutting down
     */
    public void start() {
        synchronized (lifecycle) {
            if (closing != null || started) {
                throw new IllegalStateException(
                        "The stream was already started or closed. Build a new one to start again.");
            }
            shutdownHook = drainOnShutdown.map(this::hook).orElse(null);
            started = true;
            events.begin();
            handlerWorker = time.start("gapless-handler", dispatcher, this::died);
            loop.start();
        }
    }

    private ShutdownHook hook(Duration drain) {
        return ShutdownHook.register("gapless-shutdown", () -> close(drain));
    }

    /**
     * Waits until the stream is closed, or until it has given up. The stream is closed when the handler has handled the
     * received posts, or has used up the time that {@link #close(Duration)} allows. A call by the handler or the
     * listener returns as soon as the connections are closed, because {@code close} waits for the handler and the
     * listener to return.
     *
     * @throws StreamException if the stream has given up, because a person must change something
     * @throws InterruptedException if the calling thread is interrupted
     */
    public void awaitClose() throws InterruptedException {
        awaitClose(Duration.ofSeconds(Long.MAX_VALUE));
    }

    /**
     * Waits until the stream is closed, until it has given up, or until a time has passed. The stream is closed when
     * the handler has handled the received posts, or has used up the time that {@link #close(Duration)} allows. A call
     * by the handler or the listener returns as soon as the connections are closed, because {@code close} waits for the
     * handler and the listener to return.
     *
     * @param atMost how long to wait at most; 292 years or more mean for ever
     * @return true if the stream has ended, false if the time has passed
     * @throws StreamException if the stream has given up, because a person must change something
     * @throws InterruptedException if the calling thread is interrupted
     */
    public boolean awaitClose(Duration atMost) throws InterruptedException {
        // Saturates: a longer duration becomes Long.MAX_VALUE.
        long atMostNanos = TimeUnit.NANOSECONDS.convert(atMost);
        long beganNanos = time.nanoTime();
        if (!loop.ended().await(atMostNanos, TimeUnit.NANOSECONDS)) return false;
        throwFailure();
        if (isOwnThread()) return true;
        Closing end;
        synchronized (lifecycle) {
            // The call that closes the stream holds the lock until the closing has begun.
            end = closing;
        }
        if (end == null) return true;
        return end.await(Duration.ofNanos(Math.max(0, atMostNanos - (time.nanoTime() - beganNanos))));
    }

    private void throwFailure() {
        StreamException failure = loop.failure();
        if (failure != null) throw failure;
    }

    /**
     * Returns a snapshot of the stream's health. Does not block.
     *
     * @return a snapshot
     */
    public Health health() {
        StreamLoop.Snapshot known = loop.snapshot();
        long nowNanos = time.nanoTime();
        return new Health(new Health.Facts(
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
                known.gaps(),
                dispatcher.handling(nowNanos),
                events.endings()));
    }

    private static Optional<Duration> since(long nanos, long nowNanos) {
        if (nanos == Traffic.NEVER) return Optional.empty();
        // Another thread may have stored a later time after this thread had read the clock.
        return Optional.of(Duration.ofNanos(Math.max(0, nowNanos - nanos)));
    }

    /** Returns the time of the next try, or now if that time has passed and the try has not begun. */
    private Instant notPast(Instant next) {
        Instant now = time.instant();
        return next.isBefore(now) ? now : next;
    }

    /**
     * Returns a client for the rules of this stream's app on X.
     *
     * @return the client; it can be used before {@link #start}, too
     */
    public Rules rules() {
        return rules;
    }

    /**
     * Closes the stream within a second: {@link #close(Duration)} with a drain of half a second. The event {@code
     * Closed} counts the posts that the handler has not handled. May be called by any thread at any time.
     */
    @Override
    public void close() {
        close(Closing.DRAIN);
    }

    /**
     * Closes the connections at once and gives the handler time for the posts that have been received. Then {@link
     * #awaitClose()} returns. A handler that still blocks after that time is interrupted. Its post does not count as
     * handled, and the stream does not wait for it any longer. What the handler has handled is always committed.
     *
     * <p>May be called more than once and by any thread, including a shutdown hook. Only the first call's {@code drain}
     * counts. Other calls wait until the stream is closed, so resources of the handler can be closed after any call. No
     * call waits longer than the first call's {@code drain} and half a second. A call by the handler, the dead-letter
     * hook or the listener returns at once, and the stream closes when they have returned. An interrupt of the calling
     * thread does not end the call at once. The call ends within a second after the interrupt, and the thread stays
     * interrupted. If this is the first call, the interrupt also shortens the drain to half a second.
     *
     * @param drain how long the handler may take for the posts that have been received
     */
    public void close(Duration drain) {
        Closing end;
        boolean first;
        synchronized (lifecycle) {
            Closing begun = closing;
            first = begun == null;
            end = begun == null ? new Closing(time, parts(), drain) : begun;
            closing = end;
            if (first) {
                loop.close();
                end.begin();
            }
        }
        if (!isOwnThread()) end.await(first);
    }

    private Closing.Parts parts() {
        return new Closing.Parts(
                loop,
                traffic,
                dispatcher,
                Optional.ofNullable(handlerWorker),
                events,
                checkpoint,
                closeWire,
                this::closed);
    }

    private void closed() {
        try {
            afterClose.run();
        } finally {
            synchronized (lifecycle) {
                if (shutdownHook != null) shutdownHook.remove();
                shutdownHook = null;
            }
        }
    }

    /**
     * Returns whether the caller runs on a thread of this stream. Such a caller cannot wait for the end of its own
     * thread.
     */
    private boolean isOwnThread() {
        Worker handling = handlerWorker;
        Closing end = closing;
        return events.isCaller()
                || loop.isCaller()
                || handling != null && handling.isCaller()
                || end != null && end.isCaller();
    }

    /** Builds streams. Not thread-safe. One builder can build several streams. */
    public static final class Builder extends StreamBuilder<Builder> {
        private Builder() {}

        /**
         * Builds the stream. Opens no connection before {@link FilteredStream#start}.
         *
         * @return a stream to start
         * @throws IllegalArgumentException if the token or the handler is missing
         */
        public FilteredStream build() {
            return of(this, Recovery.NONE, Checkpoint.NONE, Overflow.NONE, () -> {});
        }
    }
}
