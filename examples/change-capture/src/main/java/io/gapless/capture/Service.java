package io.gapless.capture;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;

/** Plays the other system: receives requests, and stores the last status of each. The monitor guards the statuses. */
final class Service implements AutoCloseable {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final byte[] ANSWER = "{\"code\":201,\"success\":true}".getBytes(StandardCharsets.UTF_8);

    private final HttpServer server;
    private final Map<Integer, Integer> statusByRequest = new TreeMap<>();

    Service() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/services-data/requests", this::receive);
        server.start();
    }

    private void receive(HttpExchange exchange) throws IOException {
        try (exchange) {
            take(JSON.readTree(exchange.getRequestBody()));
            exchange.sendResponseHeaders(201, ANSWER.length);
            exchange.getResponseBody().write(ANSWER);
        }
    }

    private synchronized void take(JsonNode body) {
        for (JsonNode request : body.path("requests"))
            statusByRequest.put(
                    request.path("request_id").asInt(),
                    request.path("status_id").asInt());
    }

    synchronized Map<Integer, Integer> statusByRequest() {
        return new TreeMap<>(statusByRequest);
    }

    URI base() {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
