package io.gapless.conformance;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * Holds the other clients in the conformance table. Their cells were measured once, earlier, and are in {@code
 * peers.json}. This program does not measure them.
 *
 * @param clients the names of the clients
 * @param cells the results by the name of the scenario, in the order of the clients
 */
record Peers(List<String> clients, Map<String, List<String>> cells) {
    static final String SOURCE =
            "The other columns were measured on 2026-11-22 in our lab, in one run: a small fault server on loopback,"
                    + " chunked HTTP/1.1, 150 s per scenario, each client in its default configuration (node-twitter-api-v2 with"
                    + " autoReconnect unlimited and over TLS; hbc with RawEndpoint and LineStringProcessor). The counts of loops"
                    + " without a pause depend on the machine; the pattern does not. n is the number of connects that the server"
                    + " received; – means not measured.";

    static Peers measured() {
        try (InputStream file = Peers.class.getResourceAsStream("peers.json")) {
            return new ObjectMapper().readValue(Objects.requireNonNull(file), Peers.class);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Returns the results of a scenario: a cell for each client. */
    List<String> of(String scenario) {
        List<String> found = cells.getOrDefault(scenario, List.of());
        if (found.size() == clients.size()) return found;
        throw new IllegalStateException(scenario + ": a cell for each peer, not " + found.size());
    }
}
