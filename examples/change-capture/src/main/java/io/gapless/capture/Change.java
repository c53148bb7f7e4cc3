package io.gapless.capture;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.gapless.recovery.outbox.OutboxRecord;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Converts a change event of Debezium to a record for the endpoint. Pure function.
 *
 * <pre>
 * {"before":null,"after":{"ticket":7,"service":"water","opened":"2026-…Z","status":1},
 *  "source":{"lsn":24023128,"ts_ms":1772366400000,…},"op":"c"}
 * </pre>
 *
 * <p>The version of the record is the position in the log, {@code lsn}. A time would not do, since two changes in one
 * transaction have the same time. Versions are compared as times, so the position is written as microseconds since
 * 1970.
 */
final class Change {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String DELETED = "d";
    /** The value of {@code status_id} of a request that no longer exists. */
    static final int DISCARDED = 20;

    private Change() {}

    /**
     * Returns the record of a change. If fields are missing or have unexpected values, the record is still returned,
     * and the sender quarantines it alone. One unreadable change must not end the capture.
     *
     * @param told the value of a change event, as JSON
     * @throws JsonProcessingException if the value is not JSON
     */
    static OutboxRecord record(String told) throws JsonProcessingException {
        JsonNode change = JSON.readTree(told);
        boolean deleted = change.path("op").asText().equals(DELETED);
        // For a deleted row, the event holds the row in "before", with all columns because of REPLICA IDENTITY FULL.
        JsonNode row = change.path(deleted ? "before" : "after");
        JsonNode source = change.path("source");
        Map<String, Object> fields = new LinkedHashMap<>();
        if (row.hasNonNull("service"))
            fields.put("service_id", row.path("service").asText());
        fields.put("request_id", row.path("ticket").asText());
        if (row.hasNonNull("opened")) fields.put("opening_date", moment(row.path("opened")));
        if (deleted) fields.put("status_id", DISCARDED);
        else if (row.hasNonNull("status"))
            fields.put("status_id", row.path("status").asInt());
        fields.put(
                "last_modified_date", Instant.ofEpochMilli(source.path("ts_ms").asLong()));
        Instant version = Instant.EPOCH.plus(source.path("lsn").asLong(), ChronoUnit.MICROS);
        return new OutboxRecord(row.path("ticket").asText(), version, fields);
    }

    /**
     * Converts a timestamp of Debezium. A timestamp with a time zone is text. A timestamp without one is a number of
     * microseconds, and is read as UTC. Any other text is returned unchanged.
     */
    private static Object moment(JsonNode told) {
        if (told.isIntegralNumber()) return Instant.EPOCH.plus(told.asLong(), ChronoUnit.MICROS);
        try {
            return Instant.parse(told.asText());
        } catch (DateTimeException e) {
            return told.asText();
        }
    }
}
