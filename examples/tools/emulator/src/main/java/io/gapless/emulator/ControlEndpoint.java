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
import java.util.Map;
import java.util.Set;

/**
 * Answers {@code /emulator/…}: offers the methods of {@code XEmulator} over HTTP, without a token, and a page with buttons.
 * Refuses what the web site of somebody else sends through a browser on this machine.
 *
 * <pre>
 * GET                the page
 * POST   page        a form of the page: kind=RESET, clear=all or text=…
 * POST   misbehave   {"kind":"RESET","times":1,"after_posts":0,"bytes":0,"delay":"PT5S","keep_open":false,"on":"/2/…",
 *                    "connection":"…"}
 * GET    misbehave   the kinds, and the faults that have not occurred yet
 * DELETE misbehave   removes the faults that have not occurred yet
 * POST   posts       {"text":"…","author":"…","lang":"en","sent":true}
 * POST   lines       the body is sent as a line on every live connection; an empty body is a keep-alive
 * POST   time        {"shift":"PT2H"}
 * POST   recovery    {"policy":"IGNORED"}
 * GET    delivered   ?from=…&amp;until=…: the ids of the posts that clients should have received
 * GET    state       X's time, access and recovery policy; the numbers of rules, open streams, requests and posts
 * </pre>
 */
final class ControlEndpoint {
    static final String PATH = "/emulator/";

    /** What a browser says of a request that a page from elsewhere makes. */
    private static final Set<String> FOREIGN = Set.of("cross-site", "same-site");

    private final FaultQueue faults;
    private final FaultInjector faultInjector;
    private final Broadcast broadcast;
    private final PostHistory history;
    private final XTime time;
    private final RecoveryPolicy recovery;
    private final ExpectedPosts expectedPosts;
    private final StateReport report;

    ControlEndpoint(
            FaultQueue faults,
            FaultInjector faultInjector,
            Broadcast broadcast,
            PostHistory history,
            XTime time,
            RecoveryPolicy recovery,
            ExpectedPosts expectedPosts,
            StateReport report) {
        this.faults = faults;
        this.faultInjector = faultInjector;
        this.broadcast = broadcast;
        this.history = history;
        this.time = time;
        this.recovery = recovery;
        this.expectedPosts = expectedPosts;
        this.report = report;
    }

    Answer answer(Request request) {
        if (FOREIGN.contains(String.valueOf(request.header("Sec-Fetch-Site"))))
            return Answer.text(403, "text/plain; charset=utf-8", "This request comes from another web site.");
        try {
            return switch (request.method() + " " + request.path().substring(PATH.length())) {
                case "GET " -> FaultPage.of(report, faults.waiting());
                case "GET " + FaultPage.STYLE_SHEET -> FaultPage.styleSheet();
                case "POST " + FaultPage.FORM -> submit(request.form());
                case "POST misbehave" -> misbehave(Json.parse(request.body()));
                case "GET misbehave" -> Answer.json(200, faultList());
                case "DELETE misbehave" -> clearFaults();
                case "POST posts" -> publish(Json.parse(request.body()));
                case "POST lines" -> send(request.body());
                case "POST time" -> shift(Json.parse(request.body()));
                case "POST recovery" -> setRecovery(Json.parse(request.body()));
                case "GET delivered" -> expectedIds(request);
                case "GET state" -> Answer.json(200, report.json());
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
            faultInjector.inject(fault);
        } else if (!faultInjector.inject(fault, body.path("connection").asText())) {
            throw new IllegalArgumentException("No live connection with this id is open.");
        }
        return Answer.json(200, faultList());
    }

    private Answer submit(Map<String, String> form) {
        if (form.containsKey("kind")) faultInjector.inject(Fault.of(constant(Misbehaviour.class, form.get("kind"))));
        else if (form.containsKey("clear")) faults.clear();
        else if (form.containsKey("text")) broadcast.publish(PostDraft.of(form.get("text")));
        else throw new IllegalArgumentException("This form has no kind, clear or text.");
        return FaultPage.again();
    }

    private Answer clearFaults() {
        faults.clear();
        return Answer.json(200, faultList());
    }

    private ObjectNode faultList() {
        ObjectNode list = Json.object();
        ArrayNode kinds = list.putArray("kinds");
        Arrays.stream(Misbehaviour.values()).map(Enum::name).forEach(kinds::add);
        ArrayNode waiting = list.putArray("waiting");
        faults.waiting()
                .forEach(fault ->
                        waiting.addObject().put("kind", fault.kind().name()).put("times", fault.times()));
        return list;
    }

    private Answer publish(JsonNode body) {
        PostDraft draft = PostDraft.of(body.path("text").asText())
                .by(body.path("author").asText("gapless"))
                .inLanguage(body.path("lang").asText("en"));
        EmulatedPost post = body.path("sent").asBoolean(true) ? broadcast.publish(draft) : history.publishUnsent(draft);
        return Answer.json(201, Json.object().put("id", Long.toString(post.id())));
    }

    private Answer send(byte[] line) {
        byte[] whole = Arrays.copyOf(line, line.length + 2);
        whole[line.length] = '\r';
        whole[line.length + 1] = '\n';
        broadcast.send(whole);
        return Answer.json(200, report.json());
    }

    private Answer shift(JsonNode body) {
        time.shift(Duration.parse(body.path("shift").asText()));
        return Answer.json(200, report.json());
    }

    private Answer setRecovery(JsonNode body) {
        recovery.set(constant(RecoveryParameters.class, body.path("policy").asText()));
        return Answer.json(200, report.json());
    }

    private Answer expectedIds(Request request) {
        List<ExpectedPost> posts =
                expectedPosts.between(Instant.parse(request.text("from")), Instant.parse(request.text("until")));
        ObjectNode answer = Json.object();
        ArrayNode data = answer.putArray("data");
        posts.forEach(post -> data.add(Long.toString(post.id())));
        answer.putObject("meta").put("result_count", posts.size());
        return Answer.json(200, answer);
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
