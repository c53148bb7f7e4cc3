package io.gapless.capture;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.gapless.receiver.Deed;
import io.gapless.receiver.Receiver;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.util.Map;
import java.util.TreeMap;

/** Plays the other system: receives requests, and stores the last status of each. The monitor guards the statuses. */
final class Service implements AutoCloseable {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Map<Integer, Integer> statusByRequest = new TreeMap<>();
    private final Receiver receiver = new Receiver((request, ids) -> Deed.ACCEPT, this::take);

    Service() throws IOException {}

    private synchronized void take(byte[] body) {
        try {
            for (JsonNode request : JSON.readTree(body).path("requests"))
                statusByRequest.put(
                        request.path("request_id").asInt(),
                        request.path("status_id").asInt());
        } catch (IOException e) {
            throw new UncheckedIOException("A body is not JSON.", e);
        }
    }

    synchronized Map<Integer, Integer> statusByRequest() {
        return new TreeMap<>(statusByRequest);
    }

    URI base() {
        return receiver.address();
    }

    @Override
    public void close() {
        receiver.close();
    }
}
