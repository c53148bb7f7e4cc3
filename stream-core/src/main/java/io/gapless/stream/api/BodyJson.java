package io.gapless.stream.api;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.gapless.stream.post.Problem;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;

/** Reads and writes the JSON of short calls. Unknown fields are ignored. */
public final class BodyJson {
    static final ObjectMapper MAPPER =
            new ObjectMapper(new JsonFactory()).configure(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES, false);

    /**
     * The limit of JSON tokens in a body: as many as 1,000 posts with all their fields have. A token can be a few bytes
     * long, so a body without this limit could become a tree of hundreds of MB.
     */
    private static final int TOKENS_MAX = 500_000;

    /** How much of a body that is not JSON is read. */
    private static final int TEXT_MAX = 8_000;

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

    /** Returns the problem in the body of an answer. The body may have any form. */
    public static Problem problem(byte[] body) {
        return read(body).map(Problem::of).orElseGet(() -> notJson(body));
    }

    /** Returns the problem for a body that is not JSON: the beginning of its text, without HTML tags. */
    static Problem notJson(byte[] body) {
        String text = new String(body, 0, Math.min(body.length, TEXT_MAX), StandardCharsets.UTF_8)
                .replaceAll("<[^<>]*>", " ")
                .replaceAll("\\s+", " ")
                .strip();
        return new Problem("", text, "", "", "", "", List.of(), List.of());
    }
}
