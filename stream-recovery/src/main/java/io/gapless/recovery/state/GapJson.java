package io.gapless.recovery.state;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.gapless.recovery.ledger.DoubtfulSpan;
import io.gapless.recovery.ledger.DoubtfulSpan.Doubt;
import io.gapless.recovery.ledger.Gap;
import io.gapless.recovery.ledger.Gap.StepRun;
import io.gapless.recovery.ledger.Gap.Verdict;
import io.gapless.recovery.ledger.LostSpan;
import io.gapless.recovery.ledger.RecoveryMethod;
import io.gapless.recovery.ledger.RecoveryPlan.Step;
import io.gapless.recovery.ledger.Span;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Writes and reads a gap as JSON, for the state and for other programs. Fields have the names of the record components,
 * in camelCase. Moments are in X's time, as ISO 8601 in UTC. A value that is not known yet is null. An enum constant is
 * written as its name.
 *
 * <pre>{@code
 * {"id":7,"from":"…","until":"…","cause":"stalled","lastSignalAt":"…","detectedAt":"…","reconnectedAt":null,
 *  "slowReader":false,
 *  "steps":[{"method":"RECOVERY_JOB","from":"…","until":"…","notBefore":"…",
 *            "state":"DONE","passes":2,"fresh":120,"duplicates":3,"note":""}],
 *  "lost":[{"from":"…","until":"…","reason":"window passed"}],
 *  "doubtful":[{"from":"…","until":"…","doubt":"SEARCH_LIMITS","reason":"search returns no retweets for words (cats)"}],
 *  "verdict":"PARTIAL","reason":"window passed; search returns no retweets for words (cats)","closedAt":"…",
 *  "recovered":120,"duplicates":3}
 * }</pre>
 *
 * <p>{@code reason}, and the two sums {@code recovered} and {@code duplicates} at the end, are for other programs. A
 * gap computes them from its other fields. Unknown fields are ignored. Fields that were added after the first version
 * may be missing.
 */
public final class GapJson {
    private static final ObjectMapper MAPPER = new ObjectMapper();

    private GapJson() {}

    /**
     * Writes a gap.
     *
     * @param gap the gap
     * @return one line
     */
    public static String write(Gap gap) {
        ObjectNode json = MAPPER.createObjectNode();
        json.put("id", gap.id());
        put(json, gap.span());
        json.put("cause", gap.cause())
                .put("lastSignalAt", gap.lastSignalAt().toString())
                .put("detectedAt", gap.detectedAt().toString())
                .put("reconnectedAt", text(gap.reconnectedAt()))
                .put("slowReader", gap.slowReader());
        ArrayNode steps = json.putArray("steps");
        for (StepRun run : gap.steps()) put(steps.addObject(), run);
        ArrayNode lost = json.putArray("lost");
        for (LostSpan span : gap.lost()) put(lost.addObject(), span.span()).put("reason", span.reason());
        ArrayNode doubtful = json.putArray("doubtful");
        for (DoubtfulSpan span : gap.doubtful()) {
            put(doubtful.addObject(), span.span())
                    .put("doubt", span.doubt().name())
                    .put("reason", span.reason());
        }
        json.put("verdict", gap.verdict().name())
                .put("reason", gap.reason())
                .put("closedAt", text(gap.closedAt()))
                .put("recovered", gap.recovered())
                .put("duplicates", gap.duplicates());
        return json.toString();
    }

    /**
     * Reads a gap.
     *
     * @param json what {@link #write} wrote
     * @return the gap
     * @throws IllegalArgumentException if the text is not a gap, or has values that only a newer version can read
     */
    public static Gap read(String json) {
        try {
            return gap(MAPPER.readTree(json));
        } catch (JsonProcessingException | DateTimeException e) {
            throw new IllegalArgumentException("This JSON is not a gap: " + e.getMessage(), e);
        }
    }

    private static Gap gap(JsonNode json) {
        List<StepRun> steps = new ArrayList<>();
        for (JsonNode step : json.path("steps")) steps.add(stepRun(step));
        List<LostSpan> lost = new ArrayList<>();
        List<DoubtfulSpan> doubtful = new ArrayList<>();
        for (JsonNode span : json.path("lost"))
            lost.add(new LostSpan(span(span), span.path("reason").asText()));
        for (JsonNode span : json.path("doubtful")) {
            Doubt doubt = Doubt.valueOf(needed(span, "doubt").asText());
            doubtful.add(new DoubtfulSpan(span(span), doubt, span.path("reason").asText()));
        }
        Gap gap = Gap.of(
                        needed(json, "id").asLong(),
                        span(json),
                        json.path("cause").asText(),
                        moment(json, "lastSignalAt"),
                        moment(json, "detectedAt"))
                .reconnectedAt(maybeMoment(json, "reconnectedAt"))
                .slowReader(json.path("slowReader").asBoolean())
                .steps(steps)
                .lost(lost)
                .doubtful(doubtful)
                .verdict(Verdict.valueOf(needed(json, "verdict").asText()))
                .closedAt(maybeMoment(json, "closedAt"))
                .build();
        return json.has("doubtful")
                ? gap
                : GapOfEarlierVersion.of(gap, json.path("reason").asText());
    }

    private static void put(ObjectNode json, StepRun run) {
        json.put("method", run.step().method().name());
        put(json, run.step().span());
        json.put("notBefore", run.step().notBefore().toString())
                .put("state", run.state().name())
                .put("passes", run.passes())
                .put("fresh", run.fresh())
                .put("duplicates", run.duplicates())
                .put("note", run.note());
    }

    private static StepRun stepRun(JsonNode json) {
        Step step = new Step(
                RecoveryMethod.valueOf(
                        needed(json, json.has("road") ? "road" : "method").asText()),
                span(json),
                moment(json, "notBefore"));
        return new StepRun(
                step,
                StepRun.State.valueOf(needed(json, "state").asText()),
                json.path("passes").asInt(),
                json.path("fresh").asLong(),
                json.path("duplicates").asLong(),
                json.path("note").asText());
    }

    private static ObjectNode put(ObjectNode json, Span span) {
        return json.put("from", span.from().toString())
                .put("until", span.until().toString());
    }

    private static Span span(JsonNode json) {
        return new Span(moment(json, "from"), moment(json, "until"));
    }

    private static @Nullable String text(Optional<Instant> moment) {
        return moment.map(Instant::toString).orElse(null);
    }

    private static Instant moment(JsonNode json, String name) {
        return Instant.parse(needed(json, name).asText());
    }

    private static Optional<Instant> maybeMoment(JsonNode json, String name) {
        return json.hasNonNull(name) ? Optional.of(moment(json, name)) : Optional.empty();
    }

    private static JsonNode needed(JsonNode json, String name) {
        JsonNode value = json.path(name);
        if (!value.isValueNode() || value.isNull())
            throw new IllegalArgumentException("This JSON is not a gap: \"" + name + "\" is missing.");
        return value;
    }
}
