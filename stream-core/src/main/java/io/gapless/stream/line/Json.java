package io.gapless.stream.line;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/** Reads JSON for the whole package. Unknown fields are ignored. */
public final class Json {
    private static final JsonFactory FACTORY = new JsonFactory();
    /** How many bytes Jackson uses to guess the encoding of a text. */
    private static final int GUESSED_BY_BYTES = 4;

    public static final ObjectMapper MAPPER =
            new ObjectMapper(FACTORY).configure(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES, false);

    private Json() {}

    /**
     * Returns a parser of {@code text[0, length)}. Throws if one of the first four bytes is zero. JSON in UTF-8 has no
     * such byte, but Jackson would read the text as UTF-16 or UTF-32.
     */
    public static JsonParser parser(byte[] text, int length) throws IOException {
        for (int i = 0; i < Math.min(length, GUESSED_BY_BYTES); i++) {
            if (text[i] == 0) throw new IOException("a zero byte is not JSON");
        }
        return FACTORY.createParser(text, 0, length);
    }

    public static JsonNode read(byte[] line) throws IOException {
        requireUtf8(line);
        return MAPPER.readTree(line);
    }

    /**
     * Throws if a line is not UTF-8, as all JSON on a network must be (RFC 8259, 8.1). Jackson accepts some lines that
     * are not UTF-8, for example with half a surrogate pair, or with the byte 0xFF in a name.
     */
    public static void requireUtf8(byte[] line) throws IOException {
        if (!LineScanner.isUtf8(line)) throw new IOException("not UTF-8");
    }

    /** Returns the line with all bytes that are not UTF-8 replaced by U+FFFD. */
    public static byte[] repaired(byte[] line) {
        return new String(line, StandardCharsets.UTF_8).getBytes(StandardCharsets.UTF_8);
    }
}
