package io.gapless.emulator;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * {@code /emulator/…}: what code does through {@link XEmulator}, over HTTP and without a token.
 *
 * <pre>
 * POST   misbehave   {"kind":"RESET","times":1,"after_posts":0,"bytes":0,"delay":"PT5S","keep_open":false,"on":"/2/…",
 *                    "connection":"…"}
 * GET    misbehave   the kinds, and the faults that wait
 * DELETE misbehave   forgets the faults that wait
 * POST   posts       {"text":"…","author":"…","lang":"en","sent":true}
 * POST   lines       the body is sent as a line on every live connection; an empty one is a keep-alive
 * POST   time        {"shift":"PT2H"}
 * POST   recovery    {"policy":"IGNORED"}
 * GET    delivered   ?from=…&amp;until=…: the ids that should have been delivered
 * GET    state       what runs here
 * </pre>
 */
final class ControlEndpoint {
    static final String PATH = "/emulator/";

    private final World world;
    private final RequestLog log;
    private final Expectations expectations;

    ControlEndpoint(World world, RequestLog log) {
        this.world = world;
        this.log = log;
        this.expectations = new Expectations(world);
    }

    Answer answer(Request request) {
        try {
            return switch (request.method() + " " + request.path().substring(PATH.length())) {
                case "POST misbehave" -> misbehave(Json.parse(request.body()));
                case "GET misbehave" -> Answer.json(200, faults());
                case "DELETE misbehave" -> forget();
                case "POST posts" -> publish(Json.parse(request.body()));
                case "POST lines" -> send(request.body());
                case "POST time" -> shift(Json.parse(request.body()));
                case "POST recovery" -> turnRecovery(Json.parse(request.body()));
                case "GET delivered" -> delivered(request);
                case "GET state" -> Answer.json(200, state());
                default -> Answer.problem(404, Problems.notFound());
            };
        } catch (IOException | IllegalArgumentException | DateTimeParseException | ArithmeticException e) {
            return Answer.invalid("body", "", String.valueOf(e.getMessage()));
        }
    }

    private Answer misbehave(JsonNode body) {
        Fault fault = Fault.of(constant(Misbehaviour.class, body.path("kind").asText()))
                .times(body.path("times").asInt(1))
                .afterPosts(body.path("after_posts").asInt(0))
                .bytes(body.path("bytes").asInt(0))
                .delay(Duration.parse(body.path("delay").asText("PT0S")))
                .on(body.path("on").asText(""));
        fault = body.path("keep_open").asBoolean(false) ? fault.keepOpen() : fault;
        if (!body.has("connection")) {
            world.inject(fault);
        } else if (!world.inject(fault, body.path("connection").asText())) {
            throw new IllegalArgumentException("No live connection with this id is open.");
        }
        return Answer.json(200, faults());
    }

    private Answer forget() {
        world.faults().clear();
        return Answer.json(200, faults());
    }

    private ObjectNode faults() {
        ObjectNode faults = Json.object();
        ArrayNode kinds = faults.putArray("kinds");
        Arrays.stream(Misbehaviour.values()).map(Enum::name).forEach(kinds::add);
        ArrayNode waiting = faults.putArray("waiting");
        world.faults().waiting().forEach(fault -> waiting.addObject()
                .put("kind", fault.kind().name())
                .put("times", fault.times()));
        return faults;
    }

    private Answer publish(JsonNode body) {
        PostDraft draft = PostDraft.of(body.path("text").asText())
                .by(body.path("author").asText("gapless"))
                .inLanguage(body.path("lang").asText("en"));
        EmulatedPost post = body.path("sent").asBoolean(true) ? world.publish(draft) : world.addToHistory(draft);
        return Answer.json(201, Json.object().put("id", Long.toString(post.id())));
    }

    private Answer send(byte[] line) {
        byte[] whole = Arrays.copyOf(line, line.length + 2);
        whole[line.length] = '\r';
        whole[line.length + 1] = '\n';
        world.send(whole);
        return Answer.json(200, state());
    }

    private Answer shift(JsonNode body) {
        world.shift(Duration.parse(body.path("shift").asText()));
        return Answer.json(200, state());
    }

    private Answer turnRecovery(JsonNode body) {
        world.recovery()
                .turn(constant(RecoveryParameters.class, body.path("policy").asText()));
        return Answer.json(200, state());
    }

    private Answer delivered(Request request) {
        List<ExpectedPost> posts =
                expectations.between(Instant.parse(request.text("from")), Instant.parse(request.text("until")));
        ObjectNode answer = Json.object();
        ArrayNode data = answer.putArray("data");
        posts.forEach(post -> data.add(Long.toString(post.id())));
        answer.putObject("meta").put("result_count", posts.size());
        return Answer.json(200, answer);
    }

    private ObjectNode state() {
        ObjectNode state = Json.object();
        state.put("now", world.time().now().toString());
        state.put("access", world.settings().access().name());
        state.put("recovery", world.recovery().policy().name());
        state.put("rules", world.rules().current().rules().size());
        state.put("connections_open", world.connections().openLive());
        state.put("jobs_open", world.connections().openJobs());
        state.put("requests", log.all().size());
        state.put("posts_published", world.history().publishedCount());
        return state;
    }

    private static <E extends Enum<E>> E constant(Class<E> type, String name) {
        try {
            return Enum.valueOf(type, name.toUpperCase(Locale.ROOT));
        } catch (IllegalArgumentException unknown) {
            throw new IllegalArgumentException(
                    "'" + name + "' is unknown; use one of " + Arrays.toString(type.getEnumConstants()) + ".", unknown);
        }
    }
}
