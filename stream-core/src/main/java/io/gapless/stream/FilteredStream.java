package io.gapless.stream;

import io.gapless.stream.api.AppOnlyToken;
import io.gapless.stream.api.TokenSource;
import io.gapless.stream.api.XApi;
import io.gapless.stream.rules.RuleSet;
import io.gapless.stream.rules.Rules;
import io.gapless.stream.seam.Time;
import io.gapless.stream.seam.Transport;
import io.gapless.stream.seam.Wire;
import io.gapless.stream.seam.Worker;
import java.net.Authenticator;
import java.net.ProxySelector;
import java.net.URI;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import javax.net.ssl.SSLContext;
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

    private FilteredStream(Builder builder) {
        StreamSettings settings = builder.settings();
        BatchPostHandler handler = builder.handler();
        this.time = builder.time;
        this.ownsTransport = builder.transport == null;
        this.transport = builder.transport != null ? builder.transport : builder.wire.open(time);
        XApi api = new XApi(builder.baseUrl, builder.tokens(transport), transport, time);
        this.rules = new Rules(api);
        this.overflow = builder.overflow;
        this.inbox = new Inbox(settings.inboxMaxBytes(), overflow);
        this.events = new EventDesk(time, builder.listener, this::died);
        SeenPosts seen = new SeenPosts(settings.seenMaxBytes(), inbox::oldestMillis);
        this.dispatcher = new Dispatcher(
                time, inbox, seen, handler, builder.batchMax, builder.deadLetters, builder.checkpoint, events);
        this.loop = new StreamLoop(
                settings,
                time,
                transport,
                builder.chance,
                api,
                builder.recovery,
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

    /**
     * Settings of a stream. Not thread-safe; may be used for several streams.
     */
    public static final class Builder {
        private static final Duration STALL_MIN = Duration.ofMillis(100);

        private URI baseUrl = XApi.X;
        private @Nullable TokenSource tokens;
        private @Nullable Function<Transport, TokenSource> appOnly;
        private @Nullable BatchPostHandler handler;
        private int batchMax = 1;
        private StreamListener listener = event -> {};
        private DeadLetters deadLetters = (post, cause) -> {};
        private @Nullable RuleSet rules;
        private Endpoint endpoint = Endpoint.FILTERED_STREAM;
        private Fields fields = Fields.standard();
        private Duration stallTimeout = Duration.ofSeconds(25);
        private Duration healthyAfter = Duration.ofSeconds(30);
        private Duration headerTimeout = Duration.ofSeconds(20);
        private @Nullable Duration quietAfter;
        private int connectBudget = 50;
        private long inboxMaxBytes = 16 * 1024 * 1024;
        private int lineMaxBytes = 1024 * 1024;
        private long seenMaxBytes = 64 * 1024 * 1024;
        private Wire wire = Wire.standard();
        private @Nullable Transport transport;
        private Time time = Time.system();
        private RandomGenerator chance = RandomGenerator.getDefault();
        private Recovery recovery = Recovery.NONE;
        private Checkpoint checkpoint = Checkpoint.NONE;
        private int connections = 1;
        private Overflow overflow = Overflow.NONE;

        private Builder() {}

        /**
         * The app-only bearer token, verbatim as X shows it.
         *
         * @param token the token
         * @return this
         */
        public Builder bearerToken(String token) {
            return bearerToken(() -> token);
        }

        /**
         * Where the token comes from: asked before each connect, and once more after X has refused it.
         *
         * @param supplier gives the token; may block
         * @return this
         */
        public Builder bearerToken(Supplier<String> supplier) {
            tokens = TokenSource.of(supplier);
            appOnly = null;
            return this;
        }

        /**
         * The app's key and secret, with which the token is fetched from X.
         *
         * @param key the API key
         * @param secret the API secret
         * @return this
         */
        public Builder apiKey(String key, String secret) {
            tokens = null;
            appOnly = wireToX -> new AppOnlyToken(baseUrl, key, secret, wireToX, time);
            return this;
        }

        /**
         * The handler, one post at a time.
         *
         * @param postHandler the user's code
         * @return this
         */
        public Builder handler(PostHandler postHandler) {
            handler = posts -> postHandler.onPost(posts.get(0));
            batchMax = 1;
            return this;
        }

        /**
         * The handler, many posts at a time.
         *
         * @param postsMax how many at most, 1 to 10,000
         * @param batchHandler the user's code
         * @return this
         */
        public Builder batchHandler(int postsMax, BatchPostHandler batchHandler) {
            batchMax = checked("postsMax", postsMax, 1, 10_000);
            handler = batchHandler;
            return this;
        }

        /**
         * Who is told what happens.
         *
         * @param streamListener the listener
         * @return this
         */
        public Builder onEvent(StreamListener streamListener) {
            listener = streamListener;
            return this;
        }

        /**
         * Who keeps posts that the handler could not handle. By default they are logged as errors and told as events.
         *
         * @param keeper the hook
         * @return this
         */
        public Builder deadLetters(DeadLetters keeper) {
            deadLetters = keeper;
            return this;
        }

        /**
         * The rules that X shall hold. They are brought in line at the start, before the first connect; rules of others
         * are left alone.
         *
         * @param wanted the rules
         * @return this
         */
        public Builder rules(RuleSet wanted) {
            rules = wanted;
            return this;
        }

        /**
         * Which stream.
         *
         * @param which {@link Endpoint#FILTERED_STREAM} by default
         * @return this
         */
        public Builder endpoint(Endpoint which) {
            endpoint = which;
            return this;
        }

        /**
         * What X shall tell about each post.
         *
         * @param wanted {@link Fields#standard} by default
         * @return this
         */
        public Builder fields(Fields wanted) {
            fields = wanted;
            return this;
        }

        /**
         * Where X is.
         *
         * @param base {@code https://api.x.com} by default; plain http only for an address of this machine
         * @return this
         */
        public Builder baseUrl(URI base) {
            baseUrl = XApi.checked(base);
            return this;
        }

        /**
         * After how much silence a connection counts as dead. X sends a keep-alive at least every 20 s, so less than 21 s
         * cuts healthy connections of quiet streams.
         *
         * @param silence 25 s by default; 100 ms to 10 min
         * @return this
         */
        public Builder stallTimeout(Duration silence) {
            stallTimeout = Durations.checked("stallTimeout", silence, STALL_MIN, Duration.ofMinutes(10));
            return this;
        }

        /**
         * For how long a connection must be up until its end counts as the drop of a healthy one: reconnected at once,
         * with all back-off ladders begun anew.
         *
         * @param length 30 s by default; 1 ms to 10 min
         * @return this
         */
        public Builder healthyAfter(Duration length) {
            healthyAfter = Durations.checked("healthyAfter", length, Duration.ofMillis(1), Duration.ofMinutes(10));
            return this;
        }

        /**
         * How long to wait for the status line of a connect.
         *
         * @param length 20 s by default; 100 ms to 5 min
         * @return this
         */
        public Builder headerTimeout(Duration length) {
            headerTimeout = Durations.checked("headerTimeout", length, Duration.ofMillis(100), Duration.ofMinutes(5));
            return this;
        }

        /**
         * Tells {@link StreamEvent.Quiet} when keep-alives come and posts do not. Off by default.
         *
         * @param length for how long no post must have come; 1 s to 30 days
         * @return this
         */
        public Builder quietAfter(Duration length) {
            quietAfter = Durations.checked("quietAfter", length, Duration.ofSeconds(1), Duration.ofDays(30));
            return this;
        }

        /**
         * How many connects X allows the app in 15 minutes.
         *
         * @param connects 50 by default; 5 to 100,000
         * @return this
         */
        public Builder connectBudget(int connects) {
            connectBudget = checked("connectBudget", connects, 5, 100_000);
            return this;
        }

        /**
         * How much may have been received live and not yet handled. Full means: reading stops. Posts of jobs and of search
         * may take up an eighth of it beside, at most 1 MiB, and one slice of a search.
         *
         * @param bytes 16 MiB by default; 64 KiB to 4 GiB
         * @return this
         */
        public Builder inboxMaxBytes(long bytes) {
            if (bytes < 64 * 1024 || bytes > 4L << 30) {
                throw new IllegalArgumentException("inboxMaxBytes: " + bytes + " is outside 64 KiB to 4 GiB.");
            }
            inboxMaxBytes = bytes;
            return this;
        }

        /**
         * Where posts wait when the inbox is full, before reading stops.
         *
         * @param queue none by default
         * @return this
         */
        public Builder overflow(Overflow queue) {
            overflow = queue;
            return this;
        }

        /**
         * How long a line may be. A longer one is passed over, and told.
         *
         * @param bytes 1 MiB by default; 1 KiB to 64 MiB
         * @return this
         */
        public Builder lineMaxBytes(int bytes) {
            lineMaxBytes = checked("lineMaxBytes", bytes, 1024, 64 * 1024 * 1024);
            return this;
        }

        /**
         * What the ids of the last hour may take. Full means: the oldest are forgotten sooner.
         *
         * @param bytes 64 MiB by default, for 5 million ids; at least 1 MiB
         * @return this
         */
        public Builder seenMaxBytes(long bytes) {
            if (bytes < 1024 * 1024) throw new IllegalArgumentException("seenMaxBytes: " + bytes + " is below 1 MiB.");
            seenMaxBytes = bytes;
            return this;
        }

        /**
         * Through which proxy.
         *
         * @param selector chooses it per address; the JDK's own choice by default
         * @return this
         */
        public Builder proxy(ProxySelector selector) {
            wire = wire.withProxy(selector);
            return this;
        }

        /**
         * The answer to a proxy that asks for a password. The JDK refuses Basic authentication for tunnels unless the
         * system property {@code jdk.http.auth.tunneling.disabledSchemes} is set to the empty string.
         *
         * @param authenticator gives the password
         * @return this
         */
        public Builder proxyAuthenticator(Authenticator authenticator) {
            wire = wire.withProxyAuthenticator(authenticator);
            return this;
        }

        /**
         * Which certificates to trust, such as a company's own authority.
         *
         * @param context the TLS context; the JDK's own by default
         * @return this
         */
        public Builder sslContext(SSLContext context) {
            wire = wire.withSslContext(context);
            return this;
        }

        /**
         * Another wire, for tests. It is not closed with the stream.
         *
         * @param other the transport
         * @return this
         */
        public Builder transport(Transport other) {
            transport = other;
            return this;
        }

        /**
         * Another time, for tests.
         *
         * @param other such as a {@link io.gapless.stream.seam.VirtualTime}
         * @return this
         */
        public Builder time(Time other) {
            time = other;
            return this;
        }

        /**
         * Where chance comes from: it spreads the waits of many clients.
         *
         * @param generator the generator; used by one thread
         * @return this
         */
        public Builder chance(RandomGenerator generator) {
            chance = generator;
            return this;
        }

        /**
         * What recovers posts, and what remembers which are done with. {@code GaplessStream} sets both.
         *
         * @param recovers the recovery
         * @param remembers the checkpoint
         * @return this
         */
        public Builder recovery(Recovery recovers, Checkpoint remembers) {
            recovery = recovers;
            checkpoint = remembers;
            return this;
        }

        /**
         * How many connections to keep at a time. X allows a second one with Enterprise access only.
         *
         * @param count 1 by default; 1 or 2
         * @return this
         */
        public Builder connections(int count) {
            connections = checked("connections", count, 1, 2);
            return this;
        }

        /**
         * Builds the stream; nothing is opened yet.
         *
         * @return a stream to start
         * @throws IllegalArgumentException if the token, the key or the handler is missing, or a setting is out of range
         */
        public FilteredStream build() {
            check();
            return new FilteredStream(this);
        }

        /**
         * Checks what {@link #build} needs, and opens nothing.
         *
         * @throws IllegalArgumentException if the token, the key or the handler is missing
         */
        public void check() {
            if (tokens == null && appOnly == null) {
                throw new IllegalArgumentException(
                        "There is no token: call bearerToken(…) with the app-only bearer token, or apiKey(key, secret).");
            }
            handler();
        }

        private StreamSettings settings() {
            return new StreamSettings(
                    endpoint,
                    fields,
                    Optional.ofNullable(rules),
                    stallTimeout,
                    healthyAfter,
                    headerTimeout,
                    Optional.ofNullable(quietAfter),
                    connections,
                    connectBudget,
                    inboxMaxBytes,
                    lineMaxBytes,
                    seenMaxBytes);
        }

        private TokenSource tokens(Transport wireToX) {
            if (tokens != null) return tokens;
            if (appOnly != null) return appOnly.apply(wireToX);
            throw new AssertionError("the settings have been checked");
        }

        private BatchPostHandler handler() {
            if (handler == null) {
                throw new IllegalArgumentException("There is no handler: call handler(post -> …).");
            }
            return handler;
        }

        private static int checked(String name, int value, int min, int max) {
            if (value < min || value > max) {
                throw new IllegalArgumentException(name + ": " + value + " is outside " + min + " to " + max + ".");
            }
            return value;
        }
    }
}
