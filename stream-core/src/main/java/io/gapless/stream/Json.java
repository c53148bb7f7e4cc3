package io.gapless.stream;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/** The one way in which this package reads JSON. Unknown fields never fail. */
final class Json {
    private static final JsonFactory FACTORY = new JsonFactory();
    /** As many bytes as Jackson looks at to guess how a text is encoded. */
    private static final int GUESSED_BY_BYTES = 4;

    static final ObjectMapper MAPPER =
            new ObjectMapper(FACTORY).configure(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES, false);

    private Json() {}

    /** The tokens of {@code text[0, length)}; a zero, which no JSON has, would make Jackson take it for UTF-16 or UTF-32. */
    static JsonParser parser(byte[] text, int length) throws IOException {
        for (int i = 0; i < Math.min(length, GUESSED_BY_BYTES); i++) {
            if (text[i] == 0) throw new IOException("a zero byte is not JSON");
        }
        return FACTORY.createParser(text, 0, length);
    }

    static JsonNode read(byte[] line) throws IOException {
        requireUtf8(line);
        return MAPPER.readTree(line);
    }

    /**
     * As all JSON on a network is (RFC 8259, 8.1). Jackson does not refuse all that is none: half a surrogate, 0xFF in a
     * name.
     */
    static void requireUtf8(byte[] line) throws IOException {
        if (!LineScanner.isUtf8(line)) throw new IOException("not UTF-8");
    }

    /** The same line with each byte that is no UTF-8 replaced by U+FFFD. */
    static byte[] repaired(byte[] line) {
        return new String(line, StandardCharsets.UTF_8).getBytes(StandardCharsets.UTF_8);
    }
}
