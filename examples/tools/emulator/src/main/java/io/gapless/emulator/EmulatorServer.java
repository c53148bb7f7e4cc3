package io.gapless.emulator;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.logging.Level;
import java.util.logging.Logger;
import javax.net.ssl.SSLContext;
import mockwebserver3.MockWebServer;
import okhttp3.Protocol;
import org.jspecify.annotations.Nullable;

/**
 * Builds the parts of an emulator from the settings, connects the parts, and starts an HTTP server on the loopback
 * address. Owns the server, its threads and the state file.
 */
final class EmulatorServer implements AutoCloseable {
    /**
     * The logger of MockWebServer, which may log only severe messages. MockWebServer logs each connection that breaks
     * or sends no request, and tests cause many of these. A field holds the logger, since the JVM holds loggers only
     * weakly.
     */
    private static final Logger SERVER_LOG = Logger.getLogger(MockWebServer.class.getName());

    final XTime time;
    final RuleBook rules;
    final PostHistory history;
    final StreamConnections connections;
    final FaultQueue faults = new FaultQueue();
    final FaultInjector faultInjector;
    final Broadcast broadcast;
    final RecoveryPolicy recovery;
    final AcceptedToken token;
    final RequestLog requests;
    final ExpectedPosts expectedPosts;
    final Reception reception;
    private final Settings settings;
    private final StateFile state;
    private final SharedClock clock;
    private final ExecutorService watchers;
    private final FaultyAnswers faultyAnswers;
    private final MockWebServer server = new MockWebServer();
    private final @Nullable Certificate certificate;

    EmulatorServer(Settings settings) {
        SERVER_LOG.setLevel(Level.SEVERE);
        this.settings = settings;
        this.state =
                settings.state().map(file -> StateFile.open(file, settings)).orElseGet(StateFile::none);
        this.time = new XTime(settings.time(), state);
        this.clock = settings.clock();
        this.rules = new RuleBook(time, state);
        PostGenerator generator = new PostGenerator(settings, state.beginMillis(time.millis(), settings));
        if (state.isNew()) {
            settings.rules().forEach(rule -> rules.addFromStart(rule.value(), rule.tag(), clause(rule.value())));
        }
        this.watchers = Executors.newCachedThreadPool(task -> {
            Thread thread = new Thread(task, "x-emulator-watcher");
            thread.setDaemon(true);
            return thread;
        });
        this.history = new PostHistory(settings, generator, time, state);
        this.connections = new StreamConnections(settings, time);
        this.faultInjector = new FaultInjector(faults, connections);
        this.broadcast = new Broadcast(history, rules, connections);
        this.recovery = new RecoveryPolicy(settings);
        this.token = new AcceptedToken(settings.bearerToken());
        this.requests = new RequestLog(time);
        this.expectedPosts = new ExpectedPosts(history, rules, time);
        this.faultyAnswers = new FaultyAnswers(time, clock, watchers);
        this.certificate = settings.tls() ? new Certificate() : null;
        if (certificate != null) {
            server.useHttps(certificate.serverSockets());
        }
        server.setProtocols(List.of(Protocol.HTTP_1_1));
        AcceptedSockets sockets = new AcceptedSockets();
        server.setServerSocketFactory(sockets);
        Router router = new Router(faults, faultyAnswers, token, new RateLimits(settings, time), endpoints(generator));
        this.reception = new Reception(requests, router, time);
        server.setDispatcher(new ServerDispatcher(sockets, reception, this::forgetRequest));
        start();
    }

    private Endpoints endpoints(PostGenerator generator) {
        StreamFactory streams = new StreamFactory(settings, time, clock, rules, generator, history, connections);
        StateReport report = new StateReport(settings.access(), time, recovery, rules, connections, requests, history);
        return new Endpoints(
                new StreamEndpoint(time, rules, recovery, faults, faultInjector, streams, watchers),
                new RulesEndpoint(settings.access(), rules, time),
                new SearchEndpoint(settings.access(), history, faults, time),
                new CountsEndpoint(settings.access(), history, time),
                new ConnectionsEndpoint(connections),
                new TokenEndpoint(settings, token),
                new ControlEndpoint(faults, faultInjector, broadcast, history, time, recovery, expectedPosts, report),
                settings.fullArchive());
    }

    private void start() {
        try {
            server.start(InetAddress.getByAddress("127.0.0.1", new byte[] {127, 0, 0, 1}), settings.port());
        } catch (IOException e) {
            watchers.shutdownNow();
            state.close();
            throw new UncheckedIOException(
                    "The emulator cannot listen on 127.0.0.1:" + settings.port() + ": " + e.getMessage()
                            + ". Choose another port, or 0 for a free one.",
                    e);
        }
    }

    /** Begins a call within the process. */
    InProcessClient.Call open(InProcessClient.HttpRequest request, InProcessClient client) {
        DirectCall call = new DirectCall(reception, clock, settings.slowReaderAfter(), request, client);
        clock.start("x-emulator-call", call);
        return call;
    }

    /** Resets all connections, and answers no request until {@link #goOnline}. */
    void goOffline() {
        reception.setOffline(true);
        connections.resetAll();
    }

    void goOnline() {
        reception.setOffline(false);
    }

    void shiftTime(Duration by) {
        time.shift(by);
        connections.live().forEach(LiveStream::wake);
    }

    URI baseUri() {
        return URI.create((settings.tls() ? "https" : "http") + "://127.0.0.1:" + server.getPort());
    }

    /** Returns a TLS context that trusts the emulator's certificate, or empty if the emulator does not serve HTTPS. */
    Optional<SSLContext> clientSslContext() {
        return Optional.ofNullable(certificate).map(Certificate::clientContext);
    }

    static Clause clause(String rule) {
        try {
            return RuleSyntax.rule(rule);
        } catch (RuleSyntax.Invalid e) {
            throw new IllegalArgumentException("The rule '" + rule + "' is not valid: " + e.detail(), e);
        }
    }

    @Override
    public void close() {
        reception.setOffline(true);
        connections.closeAll();
        faultyAnswers.close();
        server.close();
        watchers.shutdownNow();
        state.close();
    }

    /** Removes one request from MockWebServer, which keeps each request until a call of {@code takeRequest}. */
    private void forgetRequest() {
        try {
            server.takeRequest(0, TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
