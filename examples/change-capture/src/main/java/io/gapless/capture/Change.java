package io.gapless.capture;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.gapless.recovery.outbox.OutboxRecord;
import io.gapless.recovery.outbox.StatusId;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A change as Debezium tells it, as a record of the endpoint: a pure function.
 *
 * <pre>
 * {"before":null,"after":{"ticket":7,"service":"water","opened":"2026-…Z","status":1},
 *  "source":{"lsn":24023128,"ts_ms":1772366400000,…},"op":"c"}
 * </pre>
 *
 * <p>The version is the place in the log, {@code lsn}, and not a time: two changes in one transaction have the same time. It
 * is counted in microseconds since 1970, since that is what versions are compared by.
 */
final class Change {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String DELETED = "d";

    private Change() {}

    /**
     * The record. What is missing or odd in a change is left to the sender, which quarantines that record alone: one
     * change that cannot be read must not end the capture.
     *
     * @param told the value of a change event
     * @throws JsonProcessingException if it is no JSON
     */
    static OutboxRecord record(String told) throws JsonProcessingException {
        JsonNode change = JSON.readTree(told);
        boolean deleted = change.path("op").asText().equals(DELETED);
        // With REPLICA IDENTITY FULL what was deleted is told whole.
        JsonNode row = change.path(deleted ? "before" : "after");
        JsonNode source = change.path("source");
        Map<String, Object> fields = new LinkedHashMap<>();
        if (row.hasNonNull("service"))
            fields.put("service_id", row.path("service").asText());
        fields.put("request_id", row.path("ticket").asText());
        if (row.hasNonNull("opened")) fields.put("opening_date", moment(row.path("opened")));
        if (deleted) fields.put("status_id", StatusId.DISCARDED.number());
        else if (row.hasNonNull("status"))
            fields.put("status_id", row.path("status").asInt());
        fields.put(
                "last_modified_date", Instant.ofEpochMilli(source.path("ts_ms").asLong()));
        Instant version = Instant.EPOCH.plus(source.path("lsn").asLong(), ChronoUnit.MICROS);
        return new OutboxRecord(row.path("ticket").asText(), version, fields);
    }

    /** A timestamp with a zone is text; one without is microseconds of a clock that is taken to show UTC. */
    private static Object moment(JsonNode told) {
        if (told.isIntegralNumber()) return Instant.EPOCH.plus(told.asLong(), ChronoUnit.MICROS);
        try {
            return Instant.parse(told.asText());
        } catch (DateTimeException e) {
            return told.asText();
        }
    }
}
