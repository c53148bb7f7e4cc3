package io.gapless.stream.api;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.util.Optional;

/** Reads and writes JSON for this package. Unknown fields are ignored. */
final class BodyJson {
    static final ObjectMapper MAPPER =
            new ObjectMapper(new JsonFactory()).configure(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES, false);

    /**
     * The limit of JSON tokens in a body: as many as 1,000 posts with all their fields have. A token can be a few bytes
     * long, so a body without this limit could become a tree of hundreds of MB.
     */
    private static final int TOKENS_MAX = 500_000;

    private BodyJson() {}

    /** Returns an object or array. Returns empty for anything else, such as HTML, an empty body, or too many tokens. */
    static Optional<JsonNode> read(byte[] body) {
        try {
            if (!isSmallEnough(body)) return Optional.empty();
            JsonNode node = MAPPER.readTree(body);
            return node != null && node.isContainerNode() ? Optional.of(node) : Optional.empty();
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    /** Counts the tokens before a tree is built, so that a huge tree is never held in memory. */
    private static boolean isSmallEnough(byte[] body) throws IOException {
        try (JsonParser parser = MAPPER.createParser(body)) {
            int tokens = 0;
            while (parser.nextToken() != null) {
                if (++tokens > TOKENS_MAX) return false;
            }
            return true;
        }
    }
}
