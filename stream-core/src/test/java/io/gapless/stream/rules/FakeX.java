package io.gapless.stream.rules;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.gapless.stream.api.TokenSource;
import io.gapless.stream.api.XApi;
import io.gapless.stream.seam.Seams;
import io.gapless.stream.seam.Transport;
import io.gapless.stream.seam.Wire;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.URI;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import mockwebserver3.Dispatcher;
import mockwebserver3.MockResponse;
import mockwebserver3.MockWebServer;
import mockwebserver3.RecordedRequest;

/**
 * X's rule endpoint on a loopback port: answers that a test has scripted come first, then those of an account that holds
 * rules, each value once, and answers as X was seen to. One request at a time.
 */
final class FakeX extends Dispatcher implements AutoCloseable {
    private static final String DUPLICATE = "https://api.twitter.com/2/problems/duplicate-rules";
    private static final String INVALID = "https://api.twitter.com/2/problems/invalid-rules";
    private static final ObjectMapper JSON = new ObjectMapper();

    private final MockWebServer server = new MockWebServer();
    private final Transport transport = Wire.standard().open();
    private final Deque<Optional<MockResponse>> script = new ArrayDeque<>();
    private final List<String> requests = new ArrayList<>();
    private final List<String> changes = new ArrayList<>();
    private final Map<String, Rule> held = new LinkedHashMap<>();
    private long nextId = 2_080_000_000_000_000_000L;

    /** One bad rule makes X refuse all rules of the call. */
    private boolean allOrNothing;

    private final Rules rules;

    FakeX() {
        server.setDispatcher(this);
        try {
            server.start(InetAddress.getLoopbackAddress(), 0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        URI base = URI.create("http://127.0.0.1:" + server.getPort());
        rules = new Rules(new XApi(
                base,
                TokenSource.of(() -> "secret-token"),
                transport,
                Seams.system().time()));
    }

    Rules rules() {
        return rules;
    }

    /** The next requests are answered so, in this order. */
    synchronized FakeX answer(int status, String body) {
        return answer(new MockResponse.Builder().code(status).body(body).build());
    }

    synchronized FakeX answer(MockResponse response) {
        script.add(Optional.of(response));
        return this;
    }

    /** A place in the script for an answer of the account itself. */
    synchronized FakeX answerAsHeld() {
        script.add(Optional.empty());
        return this;
    }

    synchronized Rule hold(String value, String tag) {
        Rule rule = new Rule(String.valueOf(nextId++), value, tag);
        held.put(value, rule);
        return rule;
    }

    synchronized FakeX allOrNothing() {
        allOrNothing = true;
        return this;
    }

    synchronized List<Rule> held() {
        return List.copyOf(held.values());
    }

    /** Method, path with query, and body of each request so far. */
    synchronized List<String> requests() {
        return List.copyOf(requests);
    }

    /** What was done to the account, in this order: {@code add VALUE} and {@code delete VALUE}. */
    synchronized List<String> changes() {
        return List.copyOf(changes);
    }

    @Override
    public synchronized MockResponse dispatch(RecordedRequest request) {
        String body = request.getBody() == null ? "" : request.getBody().utf8();
        requests.add((request.getMethod() + " " + request.getTarget() + " " + body).strip());
        Optional<MockResponse> scripted = script.isEmpty() ? Optional.empty() : script.remove();
        if (scripted.isPresent()) return scripted.get();
        try {
            if (request.getMethod().equals("GET")) return listed();
            JsonNode change = JSON.readTree(body);
            return change.has("add")
                    ? added(change.path("add"), request.getTarget().contains("dry_run=true"))
                    : deleted(change.path("delete").path("ids"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private MockResponse listed() throws IOException {
        ObjectNode body = JSON.createObjectNode();
        if (!held.isEmpty()) {
            ArrayNode data = body.putArray("data");
            held.values().forEach(rule -> data.add(json(rule)));
        }
        body.putObject("meta").put("sent", "2026-11-22T00:00:00.000Z").put("result_count", held.size());
        return response(200, body);
    }

    private MockResponse added(JsonNode add, boolean dryRun) throws IOException {
        ArrayNode errors = JSON.createArrayNode();
        List<JsonNode> good = new ArrayList<>();
        for (JsonNode rule : add) {
            String value = rule.path("value").asText();
            Rule twin = held.get(value);
            if (value.startsWith("-")) {
                ObjectNode error = errors.addObject().put("value", value);
                error.putArray("details").add("Rules must contain a non-negation term (at position 1)");
                error.put("title", "UnprocessableEntity").put("type", INVALID);
            } else if (twin != null) {
                errors.addObject()
                        .put("value", value)
                        .put("id", twin.id())
                        .put("title", "DuplicateRule")
                        .put("type", DUPLICATE);
            } else {
                good.add(rule);
            }
        }
        if (allOrNothing && !errors.isEmpty()) good.clear();
        ObjectNode body = JSON.createObjectNode();
        if (!good.isEmpty()) {
            ArrayNode data = body.putArray("data");
            good.forEach(rule -> data.add(json(create(rule, dryRun))));
        }
        body.putObject("meta")
                .putObject("summary")
                .put("created", good.size())
                .put("not_created", add.size() - good.size())
                .put("valid", good.size())
                .put("invalid", add.size() - good.size());
        if (!errors.isEmpty()) body.set("errors", errors);
        return response(201, body);
    }

    private Rule create(JsonNode rule, boolean dryRun) {
        String value = rule.path("value").asText();
        if (dryRun)
            return new Rule(String.valueOf(nextId++), value, rule.path("tag").asText());
        changes.add("add " + value);
        return hold(value, rule.path("tag").asText());
    }

    private MockResponse deleted(JsonNode ids) throws IOException {
        int deleted = 0;
        for (JsonNode id : ids) {
            for (Iterator<Rule> rules = held.values().iterator(); rules.hasNext(); ) {
                Rule rule = rules.next();
                if (rule.id().equals(id.asText())) {
                    rules.remove();
                    changes.add("delete " + rule.value());
                    deleted++;
                }
            }
        }
        ObjectNode body = JSON.createObjectNode();
        body.putObject("meta").putObject("summary").put("deleted", deleted).put("not_deleted", ids.size() - deleted);
        return response(200, body);
    }

    private static ObjectNode json(Rule rule) {
        return JSON.createObjectNode()
                .put("id", rule.id())
                .put("value", rule.value())
                .put("tag", rule.tag());
    }

    private static MockResponse response(int status, JsonNode body) throws IOException {
        return new MockResponse.Builder()
                .code(status)
                .body(JSON.writeValueAsString(body))
                .build();
    }

    @Override
    public void close() {
        transport.close();
        server.close();
    }
}
