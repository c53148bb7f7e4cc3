package io.gapless.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** The endpoint that records are sent to, on the loopback address. The monitor guards what has come. */
final class Receiver implements AutoCloseable {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final HttpServer server;
    private final List<String> ids = new ArrayList<>();
    private final List<String> keys = new ArrayList<>();
    private String refused = "";
    private int status = 201;

    private Receiver(HttpServer server) {
        this.server = server;
    }

    static Receiver start() throws IOException {
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        Receiver receiver = new Receiver(server);
        server.createContext("/api/services-data/requests", receiver::receive);
        server.start();
        return receiver;
    }

    private void receive(HttpExchange exchange) throws IOException {
        try (exchange) {
            JsonNode body = JSON.readTree(exchange.getRequestBody());
            int answer = take(body, exchange.getRequestHeaders().getFirst("api-key"));
            byte[] text = ("{\"code\":" + answer + ",\"success\":" + (answer < 300) + ",\"message\":\"as told\"}")
                    .getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(answer, text.length);
            exchange.getResponseBody().write(text);
        }
    }

    private synchronized int take(JsonNode body, String key) {
        keys.add(String.valueOf(key));
        List<String> found = new ArrayList<>();
        body.path("requests")
                .forEach(request -> found.add(request.path("request_id").asText()));
        if (status >= 300) return status;
        if (found.contains(refused)) return 422;
        ids.addAll(found);
        notifyAll();
        return status;
    }

    /** Answers with it from now on. */
    synchronized void answer(int number) {
        status = number;
    }

    /** Takes no request with this record. */
    synchronized void refuse(String id) {
        refused = id;
    }

    /** What was acknowledged, in its order. */
    synchronized List<String> ids() {
        return List.copyOf(ids);
    }

    synchronized List<String> keys() {
        return List.copyOf(keys);
    }

    synchronized List<String> awaitIds(int count) throws InterruptedException {
        long deadline = System.nanoTime() + Said.PATIENCE.toNanos();
        while (ids.size() < count) {
            long rest = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
            if (rest <= 0) throw new AssertionError("Only " + ids.size() + " have come: " + ids);
            wait(rest);
        }
        return ids();
    }

    String url() {
        return "http://127.0.0.1:" + server.getAddress().getPort() + "/api";
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
