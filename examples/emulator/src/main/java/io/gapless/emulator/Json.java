package io.gapless.emulator;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;

/** The one mapper, and X's way to write a moment. */
final class Json {
    private static final ObjectMapper MAPPER = new ObjectMapper();

    private Json() {}

    static ObjectNode object() {
        return MAPPER.createObjectNode();
    }

    static ArrayNode array() {
        return MAPPER.createArrayNode();
    }

    static byte[] bytes(JsonNode node) {
        try {
            // Not writeValueAsBytes: it escapes characters beyond U+FFFF, and X does not.
            return MAPPER.writeValueAsString(node).getBytes(StandardCharsets.UTF_8);
        } catch (JsonProcessingException cannotHappen) {
            throw new UncheckedIOException(cannotHappen);
        }
    }

    static JsonNode parse(byte[] bytes) throws IOException {
        return MAPPER.readTree(bytes);
    }

    /** A constant of this package. */
    static ObjectNode constant(String json) {
        try {
            return (ObjectNode) MAPPER.readTree(json);
        } catch (JsonProcessingException wrongConstant) {
            throw new UncheckedIOException(wrongConstant);
        }
    }

    /** With milliseconds, as {@code meta.sent} has it. */
    static String millisText(Instant instant) {
        Instant millis = instant.truncatedTo(ChronoUnit.MILLIS);
        String seconds = millis.truncatedTo(ChronoUnit.SECONDS).toString();
        return "%s.%03dZ".formatted(seconds.substring(0, seconds.length() - 1), millis.getNano() / 1_000_000);
    }

    /** With second precision and three zeros, as {@code created_at} has it. */
    static String secondText(long epochSecond) {
        return millisText(Instant.ofEpochSecond(epochSecond));
    }
}
