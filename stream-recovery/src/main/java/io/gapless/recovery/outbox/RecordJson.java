package io.gapless.recovery.outbox;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Stores the fields of a record that could not be encoded, so that they can be encoded later:
 *
 * <pre>
 * {"service_id":"…","status_id":1,"opening_date":{"instant":"2025-05-14T12:34:56.789Z"},"rate":{"number":"NaN"}}
 * </pre>
 */
final class RecordJson {
    private static final ObjectMapper JSON =
            new ObjectMapper().enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS);
    private static final String INSTANT = "instant";
    private static final String NUMBER = "number";

    private RecordJson() {}

    static String write(Map<String, @Nullable Object> fields) {
        ObjectNode json = JSON.createObjectNode();
        fields.forEach((name, value) -> {
            if (value instanceof Boolean it) json.put(name, it);
            else if (value instanceof Instant it) json.putObject(name).put(INSTANT, it.toString());
            else if (value instanceof Integer it) json.put(name, it);
            else if (value instanceof Long it) json.put(name, it);
            else if (value instanceof BigInteger it) json.put(name, it);
            else if (value instanceof BigDecimal it) json.put(name, it);
            else if (value instanceof Number it) json.putObject(name).put(NUMBER, it.toString());
            else json.put(name, (String) value);
        });
        return json.toString();
    }

    static Map<String, @Nullable Object> read(String text) {
        JsonNode json;
        try {
            json = JSON.readTree(text);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(
                    "The stored fields of a quarantined record cannot be read: " + e.getOriginalMessage(), e);
        }
        Map<String, @Nullable Object> fields = new LinkedHashMap<>();
        json.fieldNames().forEachRemaining(name -> fields.put(name, value(json.get(name))));
        return fields;
    }

    private static @Nullable Object value(JsonNode json) {
        if (json.has(INSTANT)) return Instant.parse(json.get(INSTANT).asText());
        if (json.has(NUMBER)) return Double.valueOf(json.get(NUMBER).asText());
        if (json.isNull()) return null;
        if (json.isBoolean()) return json.booleanValue();
        return json.isNumber() ? json.numberValue() : json.textValue();
    }
}
