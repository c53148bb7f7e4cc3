package io.gapless.receiver;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.BiFunction;
import java.util.function.Consumer;

/**
 * Runs a small service on this machine, to which the sender sends. As any endpoint should, the receiver remembers the
 * Idempotency-Keys that it has accepted. A rule decides which requests fail, and how. The receiver's monitor guards all
 * counters and maps.
 */
public final class Receiver implements AutoCloseable {
    /** Names the points of a request that the receiver reports to its watcher. */
    public enum Moment {
        ARRIVED,
        ACCEPTED,
        ANSWERED
    }

    /** Holds the hash of the body that was accepted under a key, and the number of its records. */
    private record Accepted(int hash, int records) {}

    private final HttpServer server;
    private final ExecutorService threads = Executors.newFixedThreadPool(4);
    private final BiFunction<Integer, long[], Deed> rule;
    private final Consumer<byte[]> accepted;
    private final Map<String, Accepted> keys = new HashMap<>();
    private final Map<Long, Integer> times = new HashMap<>();
    private final Map<Deed, Integer> deeds = new TreeMap<>();
    private int requests;
    private int known;
    private int otherBytes;
    private volatile Consumer<Moment> watcher = moment -> {};

    /**
     * Starts a receiver on a free port of this machine.
     *
     * @param rule decides what to do with a request, by the request's number and the ids of its records
     */
    public Receiver(BiFunction<Integer, long[], Deed> rule) throws IOException {
        this(rule, body -> {});
    }

    /**
     * Starts a receiver on a free port of this machine.
     *
     * @param rule decides what to do with a request, by the request's number and the ids of its records
     * @param accepted is called with each accepted body once, in the order in which the bodies were accepted
     */
    public Receiver(BiFunction<Integer, long[], Deed> rule, Consumer<byte[]> accepted) throws IOException {
        this.rule = rule;
        this.accepted = accepted;
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(threads);
        server.createContext("/services-data/requests", this::serve);
        server.start();
    }

    public URI address() {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
    }

    public void watch(Consumer<Moment> other) {
        watcher = other;
    }

    private void serve(HttpExchange exchange) throws IOException {
        String key = exchange.getRequestHeaders().getFirst("Idempotency-Key");
        byte[] body = exchange.getRequestBody().readAllBytes();
        watcher.accept(Moment.ARRIVED);
        Deed deed = judge(key, body);
        if (deed.accepts()) watcher.accept(Moment.ACCEPTED);
        answer(exchange, deed);
        watcher.accept(Moment.ANSWERED);
    }

    private synchronized Deed judge(String key, byte[] body) {
        requests++;
        int hash = Arrays.hashCode(body);
        Accepted before = keys.get(key);
        if (before != null) {
            known++;
            if (before.hash() != hash) otherBytes++;
            return Deed.ACCEPT;
        }
        long[] ids = RequestIds.of(body);
        Deed deed = rule.apply(requests, ids);
        deeds.merge(deed, 1, Integer::sum);
        if (!deed.accepts()) return deed;
        keys.put(key, new Accepted(hash, ids.length));
        accepted.accept(body);
        for (long id : ids) times.merge(id, 1, Integer::sum);
        return deed;
    }

    private static void answer(HttpExchange exchange, Deed deed) throws IOException {
        switch (deed) {
            case ACCEPT -> answer(exchange, 201, "{\"code\":201,\"success\":true,\"message\":\"created\"}");
            case ACCEPT_AND_HANG_UP -> exchange.close();
            case ACCEPT_AND_STAMMER -> answer(exchange, 200, "{\"code\":201,\"succ");
            case OVERLOADED -> answer(exchange, 503, "");
            case WAIT -> {
                exchange.getResponseHeaders().set("Retry-After", "1");
                answer(exchange, 429, "");
            }
            case SAY_FALSE -> answer(exchange, 200, "{\"code\":500,\"success\":false,\"message\":\"try later\"}");
            case TOO_LARGE -> answer(exchange, 413, "");
            case BAD_RECORD -> answer(exchange, 422, "{\"success\":false,\"message\":\"a bad record\"}");
        }
    }

    private static void answer(HttpExchange exchange, int status, String text) throws IOException {
        byte[] body = text.getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(status, body.length == 0 ? -1 : body.length);
        exchange.getResponseBody().write(body);
        exchange.close();
    }

    /** Returns how often each record was accepted, by its id. A repeat under the same key does not count. */
    public synchronized Map<Long, Integer> times() {
        return Map.copyOf(times);
    }

    public synchronized int requests() {
        return requests;
    }

    /**
     * Returns how many requests had a key that was accepted before. The sender repeats such a request because it has
     * not received the answer.
     */
    public synchronized int known() {
        return known;
    }

    /**
     * Returns how many requests had a key that was accepted before with other bytes. A correct sender never sends such
     * a request.
     */
    public synchronized int otherBytes() {
        return otherBytes;
    }

    public synchronized Map<Deed, Integer> deeds() {
        return Map.copyOf(deeds);
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}
