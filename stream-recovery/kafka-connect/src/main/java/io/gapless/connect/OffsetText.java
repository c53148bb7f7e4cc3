package io.gapless.connect;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.gapless.recovery.ledger.Gap;
import io.gapless.recovery.state.Change;
import io.gapless.recovery.state.DeadLetter;
import io.gapless.recovery.state.GapJson;
import java.io.IOException;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Writes and reads the values of offsets. Kafka Connect allows only text and numbers there, so everything else is JSON in
 * a text.
 *
 * <pre>{@code
 * state         {"frontier":"…","oldestUnacknowledged":"…","since":"…","openGaps":"[…]","lastGapId":7,
 *                "notes":"{…}","bought":"{\"2026-03-01\":120}","timeless":"{\"20\":\"…\"}","slots":3520}
 * ledger        {"gaps":"[…]"}
 * dead-letters  {"letters":"[{\"id\":5,\"line\":\"BASE64\",\"cause\":\"…\",\"at\":\"…\"}]"}
 * ids           {"bucket":1664000000,"ids":"BASE64"}, or {"ids":""} if the slot is free
 * }</pre>
 *
 * Each value also has {@code "begun"}: when the state began, in milliseconds since 1970. A value of an earlier state, whose
 * main offset was deleted without it, has another number there, and is not read.
 */
final class OffsetText {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String FRONTIER = "frontier";
    private static final String OLDEST = "oldestUnacknowledged";
    private static final String SINCE = "since";
    private static final String OPEN_GAPS = "openGaps";
    private static final String GAPS = "gaps";
    private static final String LAST_GAP = "lastGapId";
    private static final String NOTES = "notes";
    private static final String BOUGHT = "bought";
    private static final String TIMELESS = "timeless";
    private static final String SLOTS = "slots";
    private static final String BEGUN = "begun";
    private static final String BUCKET = "bucket";
    private static final String LETTERS = "letters";
    private static final String IDS = "ids";

    private OffsetText() {}

    static Map<String, Object> state(
            long begun,
            Optional<Change.Frontier> frontier,
            Optional<Instant> since,
            Collection<Gap> openGaps,
            long lastGapId,
            Map<String, String> notes,
            Map<LocalDate, Long> bought,
            Map<Long, Instant> timeless,
            int slots) {
        Map<String, Object> value = new LinkedHashMap<>();
        frontier.ifPresent(it -> {
            value.put(FRONTIER, it.at().toString());
            value.put(OLDEST, it.oldestUnacknowledged().toString());
        });
        since.ifPresent(it -> value.put(SINCE, it.toString()));
        value.put(OPEN_GAPS, array(openGaps).toString());
        value.put(LAST_GAP, lastGapId);
        ObjectNode notesJson = JSON.createObjectNode();
        notes.forEach(notesJson::put);
        value.put(NOTES, notesJson.toString());
        ObjectNode boughtJson = JSON.createObjectNode();
        bought.forEach((day, posts) -> boughtJson.put(day.toString(), posts));
        value.put(BOUGHT, boughtJson.toString());
        ObjectNode timelessJson = JSON.createObjectNode();
        timeless.forEach((id, at) -> timelessJson.put(Long.toString(id), at.toString()));
        value.put(TIMELESS, timelessJson.toString());
        value.put(SLOTS, slots);
        value.put(BEGUN, begun);
        return value;
    }

    private static ArrayNode array(Collection<Gap> gaps) {
        ArrayNode array = JSON.createArrayNode();
        for (Gap gap : gaps) array.add(json(GapJson.write(gap)));
        return array;
    }

    static Map<String, Object> gaps(long begun, Collection<Gap> gaps) {
        return one(begun, GAPS, array(gaps).toString());
    }

    static Map<String, Object> ids(long begun, long bucket, String text) {
        Map<String, Object> value = new LinkedHashMap<>();
        value.put(BUCKET, bucket);
        value.put(IDS, text);
        value.put(BEGUN, begun);
        return value;
    }

    /** Returns the value of a slot that is free. */
    static Map<String, Object> noIds(long begun) {
        return one(begun, IDS, "");
    }

    static Map<String, Object> deadLetters(long begun, List<DeadLetter> letters) {
        ArrayNode array = JSON.createArrayNode();
        for (DeadLetter letter : letters)
            array.addObject()
                    .put("id", letter.id())
                    .put("line", letter.line())
                    .put("cause", letter.cause())
                    .put("at", letter.at().toString());
        return one(begun, LETTERS, array.toString());
    }

    private static Map<String, Object> one(long begun, String name, String text) {
        Map<String, Object> value = new LinkedHashMap<>();
        value.put(name, text);
        value.put(BEGUN, begun);
        return value;
    }

    static long begun(Map<String, Object> value) {
        return number(value, BEGUN);
    }

    static Optional<Change.Frontier> frontier(Map<String, Object> value) {
        Optional<Instant> at = moment(value, FRONTIER);
        return at.map(it -> new Change.Frontier(it, moment(value, OLDEST).orElse(it)));
    }

    static Optional<Instant> since(Map<String, Object> value) {
        return moment(value, SINCE);
    }

    static List<Gap> gaps(Map<String, Object> value) {
        List<Gap> gaps = new ArrayList<>();
        for (JsonNode gap : json(value.containsKey(GAPS) ? text(value, GAPS) : text(value, OPEN_GAPS)))
            gaps.add(GapJson.read(gap.toString()));
        return gaps;
    }

    static long lastGapId(Map<String, Object> value) {
        return value.get(LAST_GAP) instanceof Number number ? number.longValue() : 0;
    }

    static Map<String, String> notes(Map<String, Object> value) {
        Map<String, String> notes = new TreeMap<>();
        json(text(value, NOTES))
                .properties()
                .forEach(note -> notes.put(note.getKey(), note.getValue().asText()));
        return notes;
    }

    static Map<LocalDate, Long> spent(Map<String, Object> value) {
        Map<LocalDate, Long> days = new TreeMap<>();
        json(text(value, BOUGHT))
                .properties()
                .forEach(day ->
                        days.put(LocalDate.parse(day.getKey()), day.getValue().asLong()));
        return days;
    }

    static Map<Long, Instant> timeless(Map<String, Object> value) {
        Map<Long, Instant> ids = new LinkedHashMap<>();
        json(text(value, TIMELESS))
                .properties()
                .forEach(id -> ids.put(
                        Long.parseLong(id.getKey()), Instant.parse(id.getValue().asText())));
        return ids;
    }

    static int slots(Map<String, Object> value) {
        return (int) number(value, SLOTS);
    }

    /** Returns the bucket whose ids a slot holds. */
    static long bucket(Map<String, Object> value) {
        return number(value, BUCKET);
    }

    private static long number(Map<String, Object> value, String name) {
        if (value.get(name) instanceof Number number) return number.longValue();
        throw new IllegalArgumentException("There is no number named " + name + ".");
    }

    static String ids(Map<String, Object> value) {
        return text(value, IDS);
    }

    static List<DeadLetter> deadLetters(Map<String, Object> value) {
        List<DeadLetter> letters = new ArrayList<>();
        for (JsonNode letter : json(text(value, LETTERS))) {
            try {
                letters.add(new DeadLetter(
                        letter.path("id").asLong(),
                        letter.path("line").binaryValue(),
                        letter.path("cause").asText(),
                        Instant.parse(letter.path("at").asText())));
            } catch (IOException e) {
                throw new IllegalArgumentException("A dead letter is not in base64.", e);
            }
        }
        return letters;
    }

    private static Optional<Instant> moment(Map<String, Object> value, String name) {
        Object text = value.get(name);
        return text == null ? Optional.empty() : Optional.of(Instant.parse(text.toString()));
    }

    private static String text(Map<String, Object> value, String name) {
        @Nullable Object text = value.get(name);
        if (text == null) throw new IllegalArgumentException("\"" + name + "\" is missing.");
        return text.toString();
    }

    private static JsonNode json(String text) {
        try {
            return JSON.readTree(text);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("This is not JSON: " + e.getOriginalMessage() + ".", e);
        }
    }
}
