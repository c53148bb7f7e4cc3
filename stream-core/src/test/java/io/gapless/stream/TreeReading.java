package io.gapless.stream;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.gapless.stream.post.Post;
import io.gapless.stream.post.Post.MatchingRule;
import io.gapless.stream.post.Snowflake;
import io.gapless.stream.spi.ReceivedPost;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/** A post as its tree says: what the reading without a tree must agree with. */
record TreeReading(
        String text,
        String rawText,
        Instant createdAt,
        OptionalLong authorId,
        Optional<String> lang,
        List<MatchingRule> matchingRules) {
    private static final ObjectMapper TREES = new ObjectMapper();

    /** Whichever is read first, the tree or not, a post reads the same. */
    static void assertReadsAsItsTree(ReceivedPost post) {
        TreeReading expected = of(post);
        assertThat(read(post.unread())).isEqualTo(expected);
        ReceivedPost afterTheTree = post.unread();
        assertThat(afterTheTree.json()).isNotNull();
        assertThat(read(afterTheTree)).isEqualTo(expected);
    }

    private static TreeReading read(Post post) {
        return new TreeReading(
                post.text(), post.rawText(), post.createdAt(), post.authorId(), post.lang(), post.matchingRules());
    }

    private static TreeReading of(Post post) {
        JsonNode line;
        try {
            line = TREES.readTree(new String(post.bytes(), StandardCharsets.UTF_8).getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        JsonNode data = line.path("data");
        String rawText = data.path("text").asText("");
        String whole = data.path("note_tweet").path("text").asText("");
        if (whole.isEmpty()) whole = data.path("note_post").path("text").asText("");
        if (whole.isEmpty()) whole = rawText;
        List<MatchingRule> rules = new ArrayList<>();
        for (JsonNode rule : line.path("matching_rules")) {
            rules.add(new MatchingRule(
                    rule.path("id").asText(""), rule.path("tag").asText("")));
        }
        return new TreeReading(
                whole.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&"),
                rawText,
                createdAt(data.path("created_at").asText(""), post),
                id(data.path("author_id")),
                Optional.ofNullable(data.path("lang").textValue()).filter(lang -> !lang.isEmpty()),
                rules);
    }

    private static Instant createdAt(String field, Post post) {
        try {
            return OffsetDateTime.parse(field).toInstant();
        } catch (DateTimeException e) {
            return Snowflake.carriesTime(post.id()) ? Snowflake.time(post.id()) : post.receivedAt();
        }
    }

    private static OptionalLong id(JsonNode node) {
        if (node.isIntegralNumber()) {
            return node.canConvertToLong() ? OptionalLong.of(node.asLong()) : OptionalLong.empty();
        }
        if (!node.isTextual() || !node.textValue().matches("[0-9]{1,19}")) return OptionalLong.empty();
        try {
            return OptionalLong.of(Long.parseLong(node.textValue()));
        } catch (NumberFormatException e) {
            return OptionalLong.empty();
        }
    }
}
