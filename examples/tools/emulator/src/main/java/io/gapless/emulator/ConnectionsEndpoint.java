package io.gapless.emulator;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/** Answers {@code /2/connections}: lists the streams that are or were open, and ends streams. */
final class ConnectionsEndpoint {
    static final String PATH = "/2/connections";

    private static final int DEFAULT_PAGE = 10;
    private static final int MOST = 100;
    private static final Set<String> PARAMETERS =
            Set.of("status", "endpoints", "max_results", "pagination_token", "connection.fields");

    private final StreamConnections connections;

    ConnectionsEndpoint(StreamConnections connections) {
        this.connections = connections;
    }

    Answer list(Request request) {
        Optional<Answer> refusal = ParameterChecks.refuseUnknown(request, PARAMETERS)
                .or(() -> ParameterChecks.refuseOutside(request, "max_results", 1, MOST));
        if (refusal.isPresent()) {
            return refusal.get();
        }
        String status = request.has("status") ? request.text("status") : "active";
        Set<String> endpoints = request.names("endpoints");
        List<SeenConnection> wanted = connections.withStatus(status).stream()
                .filter(connection -> endpoints.isEmpty() || endpoints.contains(endpoint(connection)))
                .toList();
        int from = (int)
                Math.min(PageToken.decode(request.text("pagination_token")).orElse(0L), wanted.size());
        int to = Math.min(
                wanted.size(), from + (request.has("max_results") ? request.number("max_results") : DEFAULT_PAGE));
        ObjectNode answer = Json.object();
        if (to > from) {
            ArrayNode data = answer.putArray("data");
            wanted.subList(from, to).forEach(connection -> data.add(json(connection)));
        }
        ObjectNode meta = answer.putObject("meta").put("result_count", to - from);
        if (to < wanted.size()) {
            meta.put("next_token", PageToken.encode(to));
        }
        return Answer.json(200, answer);
    }

    Answer kill(Request request) {
        String rest = request.path().substring(PATH.length());
        if (rest.isEmpty()) {
            return killThese(request.body());
        }
        String which = rest.substring(1);
        List<String> ids = connections.withStatus("active").stream()
                .filter(connection -> which.equals("all") || which.equals(endpoint(connection)))
                .map(SeenConnection::id)
                .toList();
        return kill(ids);
    }

    private Answer killThese(byte[] body) {
        List<String> ids = new ArrayList<>();
        try {
            for (JsonNode id : Json.parse(body).path("uuids")) {
                ids.add(id.asText());
            }
        } catch (IOException notJson) {
            ids.clear();
        }
        return ids.isEmpty() || ids.size() > MOST
                ? Answer.invalid("uuids", "", "[uuids] must be a list of 1 to 100 ids.")
                : kill(ids);
    }

    private Answer kill(List<String> ids) {
        ArrayNode results = Json.array();
        int killed = 0;
        for (String id : ids) {
            boolean success = connections.kill(id);
            killed += success ? 1 : 0;
            results.addObject().put("uuid", id).put("success", success);
        }
        ObjectNode answer = Json.object();
        ObjectNode data = answer.putObject("data");
        data.put("successful_kills", killed);
        data.put("failed_kills", ids.size() - killed);
        data.set("results", results);
        return Answer.json(200, answer);
    }

    private static ObjectNode json(SeenConnection connection) {
        ObjectNode json = Json.object();
        json.put("id", connection.id());
        json.put("endpoint_name", endpoint(connection));
        json.put("client_ip", "127.0.0.1");
        json.put("connected_at", Json.millisText(connection.openedAt()));
        Instant closedAt = connection.closedAt();
        ConnectionEnd end = connection.end();
        if (closedAt != null && end != null) {
            json.put("disconnected_at", Json.millisText(closedAt));
            json.put(
                    "disconnect_reason",
                    end == ConnectionEnd.KILLED
                            ? "operator_disconnect"
                            : end.name().toLowerCase(Locale.ROOT));
        }
        return json;
    }

    private static String endpoint(SeenConnection connection) {
        return StreamKind.of(connection.path())
                        .orElse(StreamKind.FILTERED)
                        .name()
                        .toLowerCase(Locale.ROOT) + "_stream";
    }
}
