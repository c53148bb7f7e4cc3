package io.gapless.stream.api;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.util.Optional;

/** The one way in which this package reads and writes JSON. Unknown fields never fail. */
final class Json {
    static final ObjectMapper MAPPER =
            new ObjectMapper(new JsonFactory()).configure(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES, false);

    /** As many as 1,000 posts have with everything that X tells about them; a few bytes each could be hundreds of MB. */
    private static final int TOKENS_MAX = 500_000;

    private Json() {}

    /** An object or array, or empty for anything else, HTML, the empty body, and a tree without measure among it. */
    static Optional<JsonNode> read(byte[] body) {
        try {
            if (!isOfMeasure(body)) return Optional.empty();
            JsonNode node = MAPPER.readTree(body);
            return node != null && node.isContainerNode() ? Optional.of(node) : Optional.empty();
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    /** Counted before anything is kept. */
    private static boolean isOfMeasure(byte[] body) throws IOException {
        try (JsonParser parser = MAPPER.createParser(body)) {
            int tokens = 0;
            while (parser.nextToken() != null) {
                if (++tokens > TOKENS_MAX) return false;
            }
            return true;
        }
    }
}
