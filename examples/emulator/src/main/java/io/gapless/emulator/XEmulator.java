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
 * Emulates X: a server on the loopback address that behaves like X's filtered stream, rules, search, counts and
 * connections, and plays faults on request. It uses HTTP/1.1. Thread-safe.
 *
 * <p>{@link #shouldHaveDelivered} lists what clients should have received. Memory is bounded: generated posts need
 * none, and only the latest published posts, requests and connections are kept.
 */
public final class XEmulator implements AutoCloseable {
    /**
     * A connection that breaks or asks for nothing is no news here: MockWebServer would log each. Kept, since loggers
     * are held weakly.
     */
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
                    "The emulator cannot listen on 127.0.0.1:" + settings.port() + ": " + e.getMessage()
                            + ". Choose another port, or 0 for a free one.",
                    e);
        }
        this.baseUri = URI.create((settings.tls() ? "https" : "http") + "://127.0.0.1:" + server.getPort());
    }

    /**
     * Returns a builder with default settings.
     *
     * @return a new builder
     */
    public static EmulatorBuilder builder() {
        return new EmulatorBuilder();
    }

    /**
     * Returns the address of the emulator.
     *
     * @return the base of all paths, such as {@code http://127.0.0.1:40123}
     */
    public URI baseUri() {
        return baseUri;
    }

    /**
     * Returns a TLS context that trusts the emulator's certificate.
     *
     * @return the context; empty if the emulator does not serve HTTPS
     */
    public Optional<SSLContext> clientSslContext() {
        return Optional.ofNullable(certificate).map(Certificate::clientContext);
    }

    /**
     * Returns the token that is accepted now. Any other token is answered with 401.
     *
     * @return the token, which clients send verbatim
     */
    public String bearerToken() {
        return tokens.accepted();
    }

    /**
     * Returns the key that {@code POST /oauth2/token} accepts.
     *
     * @return the consumer key
     */
    public String apiKey() {
        return settings.apiKey();
    }

    /**
     * Returns the secret that {@code POST /oauth2/token} accepts.
     *
     * @return the consumer secret
     */
    public String apiSecret() {
        return settings.apiSecret();
    }

    /**
     * Replaces the token. The old one is refused from now on; open streams continue.
     *
     * @return the token that is accepted from now on
     */
    public String rotateToken() {
        return tokens.rotate();
    }

    /**
     * Injects a misbehaviour once.
     *
     * @param kind the misbehaviour
     */
    public void inject(Misbehaviour kind) {
        inject(Fault.of(kind));
    }

    /**
     * Injects a fault. A fault on live connections affects the open connections now, and the next connections as long
     * as its count lasts. Other faults affect the next requests.
     *
     * @param fault the misbehaviour, and how often and how it occurs
     */
    public void inject(Fault fault) {
        world.inject(fault);
    }

    /**
     * Injects a fault on live connections into one connection only.
     *
     * @param fault the misbehaviour and how it occurs; its count is ignored
     * @param connectionId the connection, see {@link SeenConnection#id()}
     * @throws IllegalArgumentException if the fault is not one on live connections, or the connection is not open
     */
    public void inject(Fault fault, String connectionId) {
        if (!fault.kind().strikesLive()) {
            throw new IllegalArgumentException(
                    fault.kind() + " affects requests, not open connections." + " Inject it without a connection id.");
        }
        if (!world.inject(fault, connectionId)) {
            throw new IllegalArgumentException(
                    "No live connection has the id " + connectionId + ". connections() lists the open ones.");
        }
    }

    /** Removes the faults that have not occurred yet. */
    public void clearFaults() {
        world.faults().clear();
    }

    /**
     * Publishes a plain post.
     *
     * @param text the whole text, not escaped
     * @return the id of the post
     */
    public long publish(String text) {
        return publish(PostDraft.of(text));
    }

    /**
     * Publishes a post. It is sent at once to all live connections if a rule matches it, and backfill, jobs and search
     * return it from now on.
     *
     * @param draft the post
     * @return the id of the post
     * @throws IllegalArgumentException if its creation lies in the future
     */
    public long publish(PostDraft draft) {
        return world.publish(draft).id();
    }

    /**
     * Publishes a post that is sent to no live connection, as if X had lost it. Backfill, jobs and search return it.
     *
     * @param draft the post
     * @return the id of the post
     */
    public long publishUnsent(PostDraft draft) {
        return world.addToHistory(draft).id();
    }

    /**
     * Sends bytes on every live connection, as one chunk.
     *
     * @param bytes the bytes, with line ends
     */
    public void sendRaw(byte[] bytes) {
        world.send(bytes.clone());
    }

    /**
     * Sends a line on every live connection, with CRLF after it.
     *
     * @param line the line, without its line end
     */
    public void sendLine(String line) {
        sendRaw((line + "\r\n").getBytes(StandardCharsets.UTF_8));
    }

    /** Sends a keep-alive on every live connection. */
    public void sendKeepAlive() {
        sendLine("");
    }

    /**
     * Adds a rule, which matches posts from now on.
     *
     * @param tag the tag of the rule
     * @param value the rule, in X's syntax
     * @return the id of the rule
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
     * Returns the posts of a span that clients should have received: those that match a rule that was in force when
     * they were created.
     *
     * @param from the start, inclusive
     * @param until the end, exclusive; posts later than now do not exist yet
     * @return the posts, oldest first
     */
    public List<ExpectedPost> shouldHaveDelivered(Instant from, Instant until) {
        return new Expectations(world).between(from, until);
    }

    /**
     * Returns how many live connections are open.
     *
     * @return the number, without recovery jobs
     */
    public int connectionsOpen() {
        return world.connections().openLive();
    }

    /**
     * Returns the live connections and recovery jobs so far: the open ones, oldest first, then the last 10,000 that
     * ended, newest first.
     *
     * @return a snapshot
     */
    public List<SeenConnection> connections() {
        return world.connections().all();
    }

    /**
     * Returns the last 10,000 requests, oldest first, without those to {@code /emulator}.
     *
     * @return a snapshot
     */
    public List<SeenRequest> requests() {
        return log.all();
    }

    /**
     * Waits until exactly {@code count} live connections are open.
     *
     * @param count the number of connections
     * @param atMost how long to wait
     * @return false if the time ran out before
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
     * Waits until the connections meet a condition.
     *
     * @param condition tests what {@link #connections()} returns, whenever a connection opens or ends
     * @param atMost how long to wait
     * @return false if the time ran out before
     * @throws InterruptedException if the thread is interrupted
     */
    public boolean awaitConnections(Predicate<List<SeenConnection>> condition, Duration atMost)
            throws InterruptedException {
        return world.connections().await(condition, atMost);
    }

    /**
     * Waits until the requests meet a condition.
     *
     * @param condition tests what {@link #requests()} returns, after each request
     * @param atMost how long to wait
     * @return false if the time ran out before
     * @throws InterruptedException if the thread is interrupted
     */
    public boolean awaitRequests(Predicate<List<SeenRequest>> condition, Duration atMost) throws InterruptedException {
        return log.await(condition, atMost);
    }

    /**
     * Returns X's time.
     *
     * @return now
     */
    public Instant now() {
        return world.time().now();
    }

    /**
     * Shifts X's time. Windows, rate limits and {@linkplain EmulatorBuilder#zombieTime zombies} follow it; keep-alives
     * do not. Open connections receive the posts that are generated in between.
     *
     * @param by how far; negative to go back
     * @throws IllegalArgumentException if the time would leave the years 1970 to 9999
     */
    public void shiftTime(Duration by) {
        world.shift(by);
    }

    /**
     * Changes how the stream treats recovery parameters from now on.
     *
     * @param policy the policy
     */
    public void recovery(RecoveryParameters policy) {
        world.recovery().turn(policy);
    }

    /**
     * Describes the emulator for people.
     *
     * @return one line
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
