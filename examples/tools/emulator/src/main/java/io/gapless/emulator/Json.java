package io.gapless.emulator;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectWriter;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;

/** Creates, writes and parses JSON, and writes times as X does. */
public final class Json {
    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final ObjectWriter ESCAPING = MAPPER.writer().with(JsonWriteFeature.ESCAPE_NON_ASCII);

    private Json() {}

    static ObjectNode object() {
        return MAPPER.createObjectNode();
    }

    static ArrayNode array() {
        return MAPPER.createArrayNode();
    }

    /**
     * Writes JSON in UTF-8 without escaping emoji, as X does. If Jackson wrote the bytes itself, it would escape emoji,
     * so Jackson writes text, which is then encoded.
     */
    static byte[] bytes(JsonNode node) {
        return text(MAPPER.writer(), node).getBytes(StandardCharsets.UTF_8);
    }

    /** Writes JSON in ASCII. Escapes all other characters, and also slashes. */
    static String escaped(JsonNode node) {
        return text(ESCAPING, node).replace("/", "\\/");
    }

    private static String text(ObjectWriter writer, JsonNode node) {
        try {
            return writer.writeValueAsString(node);
        } catch (JsonProcessingException cannotHappen) {
            throw new UncheckedIOException(cannotHappen);
        }
    }

    static JsonNode parse(byte[] bytes) throws IOException {
        return MAPPER.readTree(bytes);
    }

    /** Parses JSON that is a constant in the code. */
    static ObjectNode constant(String json) {
        try {
            return (ObjectNode) MAPPER.readTree(json);
        } catch (JsonProcessingException wrongConstant) {
            throw new UncheckedIOException(wrongConstant);
        }
    }

    /** Writes a time with milliseconds, as in {@code meta.sent}. */
    static String millisText(Instant instant) {
        Instant millis = instant.truncatedTo(ChronoUnit.MILLIS);
        String seconds = millis.truncatedTo(ChronoUnit.SECONDS).toString();
        return "%s.%03dZ".formatted(seconds.substring(0, seconds.length() - 1), millis.getNano() / 1_000_000);
    }

    /** Writes a time in whole seconds, with three zeros for the milliseconds, as in {@code created_at}. */
    static String secondText(long epochSecond) {
        return millisText(Instant.ofEpochSecond(epochSecond));
    }
}
