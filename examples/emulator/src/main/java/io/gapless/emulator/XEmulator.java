package io.gapless.emulator;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.logging.Level;
import java.util.logging.Logger;
import javax.net.ssl.SSLContext;
import mockwebserver3.MockWebServer;
import okhttp3.Protocol;
import org.jspecify.annotations.Nullable;

/**
 * X in a box: a server on the loopback address that behaves like X's filtered stream, its rules, search, counts and
 * connections, and that misbehaves on request. It speaks HTTP/1.1. Thread-safe.
 *
 * <p>What clients should have been given is known: {@link #shouldHaveDelivered}. Memory is bounded: generated posts take
 * none, and of published posts, requests and connections the last ones are kept.
 */
public final class XEmulator implements AutoCloseable {
    /** A connection that breaks or asks for nothing is no news here: MockWebServer would log each. Kept, since loggers are held weakly. */
    private static final Logger SERVER_LOG = Logger.getLogger(MockWebServer.class.getName());

    private final Settings settings;
    private final MockWebServer server = new MockWebServer();
    private final ExecutorService threads;
    private final Tokens tokens;
    private final RequestLog log;
    private final World world;
    private final URI baseUri;
    private final @Nullable Certificate certificate;

    XEmulator(Settings settings) {
        SERVER_LOG.setLevel(Level.SEVERE);
        this.settings = settings;
        XTime time = new XTime(settings.time());
        StateFile state =
                settings.state().map(file -> StateFile.open(file, settings)).orElseGet(StateFile::none);
        RuleBook rules = new RuleBook(time, state);
        state.restore(time, rules);
        PostGenerator generator = new PostGenerator(settings, state.begunMillis(time.millis(), settings));
        if (state.isNew()) {
            settings.rules().forEach(rule -> rules.addFromTheBeginning(rule.value(), rule.tag(), clause(rule.value())));
        }
        this.threads = Executors.newCachedThreadPool(task -> {
            Thread thread = new Thread(task, "x-emulator-watcher");
            thread.setDaemon(true);
            return thread;
        });
        this.world = new World(
                settings,
                time,
                rules,
                generator,
                new PostHistory(generator, settings.historyPosts()),
                new FaultBox(),
                new StreamConnections(settings, time),
                new RecoverySwitch(settings),
                ConcurrentHashMap.newKeySet(),
                state,
                threads);
        state.restore(world);
        this.tokens = new Tokens(settings.bearerToken());
        this.log = new RequestLog(time);
        this.certificate = settings.tls() ? new Certificate() : null;
        if (certificate != null) {
            server.useHttps(certificate.serverSockets());
        }
        server.setProtocols(List.of(Protocol.HTTP_1_1));
        AcceptedSockets sockets = new AcceptedSockets();
        server.setServerSocketFactory(sockets);
        server.setDispatcher(new Router(world, sockets, log, tokens, new Rooms(world, log, tokens), this::forgetOne));
        try {
            server.start(InetAddress.getByAddress("127.0.0.1", new byte[] {127, 0, 0, 1}), settings.port());
        } catch (IOException e) {
            threads.shutdownNow();
            state.close();
            throw new UncheckedIOException(
                    "The emulator can't listen on 127.0.0.1:" + settings.port() + ": " + e.getMessage()
                            + ". Take another port, or 0 for a free one.",
                    e);
        }
        this.baseUri = URI.create((settings.tls() ? "https" : "http") + "://127.0.0.1:" + server.getPort());
    }

    /**
     * Starts to describe an emulator.
     *
     * @return a builder with every setting at its default
     */
    public static EmulatorBuilder builder() {
        return new EmulatorBuilder();
    }

    /**
     * Where it listens.
     *
     * @return the base of all paths, like {@code http://127.0.0.1:40123}
     */
    public URI baseUri() {
        return baseUri;
    }

    /**
     * What a client needs to trust the emulator's certificate.
     *
     * @return the context, if the emulator serves HTTPS
     */
    public Optional<SSLContext> clientSslContext() {
        return Optional.ofNullable(certificate).map(Certificate::clientContext);
    }

    /**
     * The token that is accepted now; any other is answered with 401.
     *
     * @return the token, to be sent as it is
     */
    public String bearerToken() {
        return tokens.accepted();
    }

    /**
     * The key that {@code POST /oauth2/token} accepts.
     *
     * @return the consumer key
     */
    public String apiKey() {
        return settings.apiKey();
    }

    /**
     * The secret that {@code POST /oauth2/token} accepts.
     *
     * @return the consumer secret
     */
    public String apiSecret() {
        return settings.apiSecret();
    }

    /**
     * Makes the present token invalid; open streams go on.
     *
     * @return the token that is accepted from now on
     */
    public String rotateToken() {
        return tokens.rotate();
    }

    /**
     * Injects a misbehaviour once.
     *
     * @param kind what goes wrong
     */
    public void inject(Misbehaviour kind) {
        inject(Fault.of(kind));
    }

    /**
     * Injects a misbehaviour: a live one strikes the open connections now, and the next ones with what is left of its
     * count, or with all of it if none is open; others strike the next requests.
     *
     * @param fault what goes wrong, how often and how
     */
    public void inject(Fault fault) {
        world.inject(fault);
    }

    /**
     * Injects a live misbehaviour into one connection and no other.
     *
     * @param fault what goes wrong and how; its count is not looked at
     * @param connectionId the connection, see {@link SeenConnection#id()}
     * @throws IllegalArgumentException if the fault is not a live one, or the connection is not open
     */
    public void inject(Fault fault, String connectionId) {
        if (!fault.kind().strikesLive()) {
            throw new IllegalArgumentException(fault.kind() + " strikes requests, not open connections");
        }
        if (!world.inject(fault, connectionId)) {
            throw new IllegalArgumentException("No live connection " + connectionId + " is open");
        }
    }

    /** Forgets the faults that have not struck yet. */
    public void clearFaults() {
        world.faults().clear();
    }

    /**
     * Publishes a plain post.
     *
     * @param text the whole text, not escaped
     * @return its id
     */
    public long publish(String text) {
        return publish(PostDraft.of(text));
    }

    /**
     * Publishes a post: open connections whose rules match are sent it at once, and it is found by backfill, jobs and
     * search from now on.
     *
     * @param draft the post
     * @return its id
     * @throws IllegalArgumentException if it would be created in the future
     */
    public long publish(PostDraft draft) {
        return world.publish(draft).id();
    }

    /**
     * Publishes a post that no live connection is sent: X loses it, but backfill, jobs and search have it.
     *
     * @param draft the post
     * @return its id
     */
    public long publishUnsent(PostDraft draft) {
        return world.addToHistory(draft).id();
    }

    /**
     * Sends bytes on every live connection, as one chunk.
     *
     * @param bytes sent as they are, line ends included
     */
    public void sendRaw(byte[] bytes) {
        world.send(bytes.clone());
    }

    /**
     * Sends a line on every live connection, with CRLF after it.
     *
     * @param line without line end
     */
    public void sendLine(String line) {
        sendRaw((line + "\r\n").getBytes(StandardCharsets.UTF_8));
    }

    /** Sends a keep-alive on every live connection. */
    public void sendKeepAlive() {
        sendLine("");
    }

    /**
     * Adds a rule, in force from now on.
     *
     * @param tag the tag
     * @param value the rule
     * @return its id
     * @throws IllegalArgumentException if the rule is not valid
     */
    public long addRule(String tag, String value) {
        return world.rules().add(value, tag, clause(value)).id();
    }

    /** Removes every rule. */
    public void removeRules() {
        world.rules().remove(rule -> true);
    }

    /**
     * The posts, created in a span of time, that match the rules in force at their creation.
     *
     * @param from the beginning, included
     * @param until the end, not included; what is later than now does not exist yet
     * @return the posts, oldest first
     */
    public List<ExpectedPost> shouldHaveDelivered(Instant from, Instant until) {
        return new Expectations(world).between(from, until);
    }

    /**
     * How many live connections are open.
     *
     * @return the number, without recovery jobs
     */
    public int connectionsOpen() {
        return world.connections().openLive();
    }

    /**
     * The live connections and recovery jobs that were seen: the open ones, oldest first, then the last 10,000 that
     * ended, newest first.
     *
     * @return a snapshot
     */
    public List<SeenConnection> connections() {
        return world.connections().all();
    }

    /**
     * The last 10,000 requests, oldest first; those to {@code /emulator} are not among them.
     *
     * @return a snapshot
     */
    public List<SeenRequest> requests() {
        return log.all();
    }

    /**
     * Waits until exactly so many live connections are open.
     *
     * @param count the number
     * @param atMost how long to wait
     * @return whether it came to that
     * @throws InterruptedException if the thread is interrupted
     */
    public boolean awaitConnectionsOpen(int count, Duration atMost) throws InterruptedException {
        return awaitConnections(
                seen -> seen.stream()
                                .filter(connection -> connection.open() && !connection.job())
                                .count()
                        == count,
                atMost);
    }

    /**
     * Waits until the connections seen fulfil a condition.
     *
     * @param condition tested whenever one opens or ends, against what {@link #connections()} gives
     * @param atMost how long to wait
     * @return whether it came to that
     * @throws InterruptedException if the thread is interrupted
     */
    public boolean awaitConnections(Predicate<List<SeenConnection>> condition, Duration atMost)
            throws InterruptedException {
        return world.connections().await(condition, atMost);
    }

    /**
     * Waits until the requests seen fulfil a condition.
     *
     * @param condition tested after each request
     * @param atMost how long to wait
     * @return whether it came to that
     * @throws InterruptedException if the thread is interrupted
     */
    public boolean awaitRequests(Predicate<List<SeenRequest>> condition, Duration atMost) throws InterruptedException {
        return log.await(condition, atMost);
    }

    /**
     * X's time.
     *
     * @return now
     */
    public Instant now() {
        return world.time().now();
    }

    /**
     * Shifts X's time: windows, rate limits and zombies see it, keep-alives do not. Open connections are sent the posts
     * that are generated in between.
     *
     * @param by how far; negative goes back
     * @throws IllegalArgumentException if it would leave the years 1970 to 9999
     */
    public void shiftTime(Duration by) {
        world.shift(by);
    }

    /**
     * Changes what the stream makes of recovery parameters from now on.
     *
     * @param policy the policy
     */
    public void recovery(RecoveryParameters policy) {
        world.recovery().turn(policy);
    }

    /**
     * What runs here, for people.
     *
     * @return a few lines
     */
    @Override
    public String toString() {
        return "X emulator at %s: %s, %s posts/s about %s, %d rule(s), %d connection(s) open"
                .formatted(
                        baseUri,
                        settings.access(),
                        settings.rate(),
                        settings.topics(),
                        world.rules().current().rules().size(),
                        connectionsOpen());
    }

    /** Ends every connection and stops listening. */
    @Override
    public void close() {
        world.connections().closeAll();
        world.waiting().forEach(wire -> wire.close(ConnectionEnd.EMULATOR_CLOSED));
        server.close();
        threads.shutdownNow();
        world.state().close();
    }

    private static Clause clause(String value) {
        try {
            return RuleSyntax.rule(value);
        } catch (RuleSyntax.Invalid e) {
            throw new IllegalArgumentException("The rule '" + value + "' is not valid: " + e.detail(), e);
        }
    }

    /** MockWebServer keeps every request for {@code takeRequest}; nobody takes them here. */
    private void forgetOne() {
        try {
            server.takeRequest(0, TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
