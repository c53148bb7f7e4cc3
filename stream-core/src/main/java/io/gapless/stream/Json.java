package io.gapless.stream;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/** The one way in which this package reads JSON. Unknown fields never fail. */
final class Json {
    static final JsonFactory FACTORY = new JsonFactory();
    static final ObjectMapper MAPPER =
            new ObjectMapper(FACTORY).configure(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES, false);

    private Json() {}

    static JsonNode read(byte[] line) throws IOException {
        return MAPPER.readTree(line);
    }

    /** The same line with each byte that is no UTF-8 replaced by U+FFFD. */
    static byte[] repaired(byte[] line) {
        return new String(line, StandardCharsets.UTF_8).getBytes(StandardCharsets.UTF_8);
    }
}
