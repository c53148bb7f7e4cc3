package io.gapless.stream.line;

import com.fasterxml.jackson.databind.JsonNode;
import io.gapless.stream.post.Post.Author;
import io.gapless.stream.post.Post.MatchingRule;
import io.gapless.stream.post.Post.Media;
import io.gapless.stream.post.Post.Metrics;
import io.gapless.stream.post.Post.Reference;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/**
 * Reads parts of a post from its tree. A part that is absent or of an unexpected type counts as not sent. Never
 * throws.
 */
public final class PostParts {
    private static final int ID_MAX_DIGITS = 18;

    private PostParts() {}

    /** Returns the id in a node. X writes ids as text; a number is accepted, too. */
    public static OptionalLong id(JsonNode node) {
        if (node.isIntegralNumber() && node.canConvertToLong()) return OptionalLong.of(node.asLong());
        return node.isTextual() ? id(node.textValue()) : OptionalLong.empty();
    }

    public static OptionalLong id(String text) {
        if (text.isEmpty() || text.length() > ID_MAX_DIGITS + 1) return OptionalLong.empty();
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) < '0' || text.charAt(i) > '9') return OptionalLong.empty();
        }
        try {
            return OptionalLong.of(Long.parseLong(text));
        } catch (NumberFormatException e) {
            return OptionalLong.empty();
        }
    }

    public static Optional<String> text(JsonNode node) {
        return node.isTextual() && !node.textValue().isEmpty() ? Optional.of(node.textValue()) : Optional.empty();
    }

    static List<MatchingRule> rules(JsonNode nodes) {
        List<MatchingRule> rules = new ArrayList<>();
        for (JsonNode node : nodes) rules.add(rule(node));
        return List.copyOf(rules);
    }

    static MatchingRule rule(JsonNode node) {
        return new MatchingRule(node.path("id").asText(""), node.path("tag").asText(""));
    }

    public static Optional<Author> author(JsonNode line) {
        OptionalLong wanted = id(line.path("data").path("author_id"));
        if (wanted.isEmpty()) return Optional.empty();
        for (JsonNode user : line.path("includes").path("users")) {
            if (id(user.path("id")).equals(wanted)) return Optional.of(author(wanted.getAsLong(), user));
        }
        return Optional.empty();
    }

    private static Author author(long id, JsonNode user) {
        JsonNode followers = user.path("public_metrics").path("followers_count");
        return new Author(
                id,
                text(user.path("username")).orElse(""),
                text(user.path("name")).orElse(""),
                user.path("verified").asBoolean(false),
                followers.isIntegralNumber() ? OptionalLong.of(followers.asLong()) : OptionalLong.empty(),
                text(user.path("profile_image_url")));
    }

    public static Optional<Metrics> metrics(JsonNode counts) {
        if (!counts.isObject()) return Optional.empty();
        return Optional.of(new Metrics(
                counts.path("like_count").asLong(0),
                counts.path("retweet_count").asLong(0),
                counts.path("reply_count").asLong(0),
                counts.path("quote_count").asLong(0),
                counts.path("bookmark_count").asLong(0),
                counts.path("impression_count").asLong(0)));
    }

    public static List<Media> media(JsonNode line) {
        List<Media> found = new ArrayList<>();
        for (JsonNode key : line.path("data").path("attachments").path("media_keys")) {
            for (JsonNode medium : line.path("includes").path("media")) {
                if (key.isTextual() && key.equals(medium.path("media_key"))) found.add(medium(key.textValue(), medium));
            }
        }
        return List.copyOf(found);
    }

    private static Media medium(String key, JsonNode medium) {
        return new Media(
                key,
                text(medium.path("type")).orElse(""),
                text(medium.path("url")),
                text(medium.path("preview_image_url")),
                text(medium.path("alt_text")),
                pixels(medium.path("width")),
                pixels(medium.path("height")));
    }

    private static OptionalInt pixels(JsonNode node) {
        return node.isIntegralNumber() && node.canConvertToInt() ? OptionalInt.of(node.asInt()) : OptionalInt.empty();
    }

    public static List<Reference> references(JsonNode nodes) {
        List<Reference> found = new ArrayList<>();
        for (JsonNode node : nodes) {
            id(node.path("id"))
                    .ifPresent(id ->
                            found.add(new Reference(text(node.path("type")).orElse(""), id)));
        }
        return List.copyOf(found);
    }
}
