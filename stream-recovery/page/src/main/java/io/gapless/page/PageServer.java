package io.gapless.page;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.BindException;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Optional;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Answers the requests of browsers, of Prometheus and of service managers. Holds no state besides the open port. */
final class PageServer implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(PageServer.class);

    /** Threads for requests that are answered at once, beside those of the viewers. */
    static final int SPARE_THREADS = 8;

    private static final int BACKLOG = 64;
    private static final String PRESS = "/press/";

    /**
     * Allows the page's own files only, and no markup from text: a post's text that reached the page as HTML would not
     * run, and could not load anything.
     */
    static final String POLICY = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self';"
            + " connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none';"
            + " require-trusted-types-for 'script'; trusted-types 'none'";

    private final HttpServer http;
    private final RequestThreads threads = new RequestThreads(Viewers.VIEWERS_MAX + SPARE_THREADS);
    private final Admission admission;
    private final Buttons buttons;
    private final Supplier<byte[]> greeting;
    private final Viewers viewers;
    private final PageMetrics metrics;
    private final Watched watched;

    private PageServer(
            HttpServer http,
            GaplessPage.Builder builder,
            Supplier<byte[]> greeting,
            Viewers viewers,
            PageMetrics metrics,
            Watched watched) {
        this.http = http;
        this.admission = builder.admission();
        this.buttons = builder.buttons;
        this.greeting = greeting;
        this.viewers = viewers;
        this.metrics = metrics;
        this.watched = watched;
        http.setExecutor(threads);
        http.createContext("/", this::handle);
    }

    static PageServer open(
            GaplessPage.Builder builder,
            Supplier<byte[]> greeting,
            Viewers viewers,
            PageMetrics metrics,
            Watched watched) {
        InetSocketAddress address = new InetSocketAddress(builder.address, builder.port);
        try {
            HttpServer http = HttpServer.create(address, BACKLOG);
            PageServer server = new PageServer(http, builder, greeting, viewers, metrics, watched);
            http.start();
            return server;
        } catch (BindException e) {
            throw new UncheckedIOException(
                    "The page cannot listen on " + address.getAddress().getHostAddress() + ":" + builder.port
                            + ". If another program uses the port, choose another one.",
                    e);
        } catch (IOException e) {
            throw new UncheckedIOException("The page cannot be served", e);
        }
    }

    URI uri() {
        InetSocketAddress address = http.getAddress();
        InetAddress local = address.getAddress();
        String host = local.isAnyLocalAddress() ? "127.0.0.1" : local.getHostAddress();
        return URI.create(
                "http://" + (local instanceof Inet6Address && !local.isAnyLocalAddress() ? "[" + host + "]" : host)
                        + ":" + address.getPort() + "/");
    }

    /** Ends the requests that take too long. */
    void endSlowRequests(long nowNanos) {
        threads.endSlow(nowNanos);
    }

    private void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            answer(exchange);
        } catch (IOException e) {
            // The browser has gone; nobody reads the answer.
            LOG.debug("A browser has disconnected.", e);
        } catch (RuntimeException e) {
            LOG.warn("A request of the page failed.", e);
            throw e;
        }
    }

    private void answer(HttpExchange exchange) throws IOException {
        Headers asked = exchange.getRequestHeaders();
        if (!admission.isOurs(asked.getFirst("Host"))) {
            text(
                    exchange,
                    421,
                    "This server does not answer for the host of this address. If the address is right, the"
                            + " program must allow its name: allowHost(\"…\"), or --page-host.\n");
            return;
        }
        String path = exchange.getRequestURI().getPath();
        Readiness readiness = Readiness.of(watched.health(), watched.stored().outbox(), Instant.now());
        if (path.equals("/health")) status(exchange, readiness.alive(), readiness.word());
        else if (path.equals("/ready")) status(exchange, readiness.ready(), readiness.word());
        else if (!admission.isAllowed(asked.getFirst("Authorization"))) askForPassword(exchange);
        else if (path.startsWith(PRESS)) press(exchange, path.substring(PRESS.length()));
        else if (!isRead(exchange)) text(exchange, 405, "Only GET and HEAD are allowed here.\n");
        else if (path.equals("/events")) events(exchange);
        else if (path.equals("/metrics"))
            send(exchange, 200, "text/plain; version=0.0.4; charset=utf-8", bytes(metrics.text()));
        else file(exchange, path);
    }

    private static boolean isRead(HttpExchange exchange) {
        return exchange.getRequestMethod().equals("GET") || isHead(exchange);
    }

    private static boolean isHead(HttpExchange exchange) {
        return exchange.getRequestMethod().equals("HEAD");
    }

    private void askForPassword(HttpExchange exchange) throws IOException {
        exchange.getResponseHeaders().set("WWW-Authenticate", "Basic realm=\"Gapless\", charset=\"UTF-8\"");
        text(exchange, 401, "This page needs a password.\n");
    }

    private void status(HttpExchange exchange, boolean good, String word) throws IOException {
        if (!isRead(exchange)) text(exchange, 405, "Only GET and HEAD are allowed here.\n");
        else send(exchange, good ? 200 : 503, "application/json", bytes("{\"condition\":\"" + word + "\"}\n"));
    }

    private void events(HttpExchange exchange) throws IOException {
        if (isHead(exchange)) {
            text(exchange, 405, "Only GET is allowed here.\n");
            return;
        }
        threads.unbound();
        boolean served = viewers.serve(exchange, greeting, () -> {
            protect(exchange);
            exchange.getResponseHeaders().set("Content-Type", "text/event-stream; charset=utf-8");
            exchange.sendResponseHeaders(200, 0);
        });
        threads.bound();
        if (!served) text(exchange, 503, "Too many browsers watch this page. Close one of them.\n");
    }

    /**
     * Runs a button. The header can be sent by a page of this server only: a browser asks first whether another site's
     * page may send it, and nothing here allows it.
     */
    private void press(HttpExchange exchange, String number) throws IOException {
        if (!exchange.getRequestMethod().equals("POST")
                || exchange.getRequestHeaders().getFirst("X-Gapless-Page") == null) {
            text(exchange, 403, "Only the page's own buttons may do this.\n");
            return;
        }
        threads.unbound();
        Buttons.Outcome outcome = buttons.press(number.matches("\\d{1,4}") ? Integer.parseInt(number) : -1);
        threads.bound();
        text(exchange, outcome.done() ? 200 : 409, outcome.words());
    }

    private static void file(HttpExchange exchange, String path) throws IOException {
        Optional<Asset> asset = Asset.at(path);
        if (asset.isEmpty()) text(exchange, 404, "There is no such page.\n");
        else send(exchange, 200, asset.get().type(), asset.get().bytes());
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static void text(HttpExchange exchange, int status, String words) throws IOException {
        send(exchange, status, "text/plain; charset=utf-8", bytes(words));
    }

    private static void protect(HttpExchange exchange) {
        Headers headers = exchange.getResponseHeaders();
        headers.set("Content-Security-Policy", POLICY);
        headers.set("X-Content-Type-Options", "nosniff");
        headers.set("X-Frame-Options", "DENY");
        headers.set("Referrer-Policy", "no-referrer");
        headers.set("Cross-Origin-Opener-Policy", "same-origin");
        headers.set("Cross-Origin-Resource-Policy", "same-origin");
        headers.set("Cache-Control", "no-store");
    }

    private static void send(HttpExchange exchange, int status, String type, byte[] body) throws IOException {
        protect(exchange);
        exchange.getResponseHeaders().set("Content-Type", type);
        if (isHead(exchange)) {
            exchange.getResponseHeaders().set("Content-Length", Integer.toString(body.length));
            exchange.sendResponseHeaders(status, -1);
            return;
        }
        exchange.sendResponseHeaders(status, body.length == 0 ? -1 : body.length);
        try (OutputStream out = exchange.getResponseBody()) {
            out.write(body);
        }
    }

    @Override
    public void close() {
        http.stop(0);
        threads.shutdownNow();
    }
}
