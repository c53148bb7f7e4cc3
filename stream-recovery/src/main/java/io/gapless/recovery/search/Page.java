package io.gapless.recovery.search;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Holds one page of X's answer to a search. The page is read leniently: a post without a valid id is only counted.
 * Pure.
 *
 * @param posts the posts of the page, newest first
 * @param unreadable how many posts of the page have no valid id
 * @param nextToken the token of the next page; empty on the last page
 */
record Page(List<Found> posts, int unreadable, Optional<String> nextToken) {
    private static final Set<String> KEYS = Set.of("id", "media_key", "username");

    /**
     * A post of a page.
     *
     * @param id the id of the post
     * @param data the post itself
     * @param page the body of the whole page, which holds the included objects
     */
    record Found(long id, JsonNode data, JsonNode page) {
        /** Returns the post as a line of the stream, still without {@code matching_rules}. */
        ObjectNode line() {
            ObjectNode line = JsonNodeFactory.instance.objectNode();
            line.set("data", data);
            Set<String> named = new HashSet<>();
            addTexts(data, named);
            // Included objects may name further ones: a quoted post names its author and media.
            addTexts(included(named), named);
            ObjectNode includes = included(named);
            if (!includes.isEmpty()) line.set("includes", includes);
            ArrayNode errors = JsonNodeFactory.instance.arrayNode();
            for (JsonNode error : page.path("errors")) {
                if (named.contains(error.path("resource_id").asText())
                        || named.contains(error.path("value").asText())) errors.add(error);
            }
            if (!errors.isEmpty()) line.set("errors", errors);
            return line;
        }

        /** Returns the included objects of the page that have one of these texts as their key. */
        private ObjectNode included(Set<String> named) {
            ObjectNode includes = JsonNodeFactory.instance.objectNode();
            page.path("includes").fieldNames().forEachRemaining(kind -> {
                ArrayNode chosen = JsonNodeFactory.instance.arrayNode();
                for (JsonNode object : page.path("includes").path(kind)) {
                    if (KEYS.stream()
                            .anyMatch(key -> named.contains(object.path(key).asText()))) chosen.add(object);
                }
                if (!chosen.isEmpty()) includes.set(kind, chosen);
            });
            return includes;
        }

        private static void addTexts(JsonNode node, Set<String> texts) {
            if (node.isContainerNode()) node.forEach(child -> addTexts(child, texts));
            else if (!node.asText().isEmpty()) texts.add(node.asText());
        }

        /** Returns the ids of all versions of the post. */
        List<Long> versions() {
            List<Long> ids = new ArrayList<>();
            JsonNode history = data.has("edit_history_tweet_ids")
                    ? data.path("edit_history_tweet_ids")
                    : data.path("edit_history_post_ids");
            for (JsonNode version : history) idIn(version).ifPresent(ids::add);
            return ids;
        }
    }

    static Page of(JsonNode body) {
        List<Found> posts = new ArrayList<>();
        int unreadable = 0;
        for (JsonNode data : body.path("data")) {
            Optional<Long> id = idIn(data.path("id"));
            if (id.isPresent()) posts.add(new Found(id.get(), data, body));
            else unreadable++;
        }
        String token = body.path("meta").path("next_token").asText("");
        return new Page(posts, unreadable, token.isEmpty() ? Optional.empty() : Optional.of(token));
    }

    private static Optional<Long> idIn(JsonNode node) {
        try {
            long id = Long.parseLong(node.asText());
            return id < 0 ? Optional.empty() : Optional.of(id);
        } catch (NumberFormatException e) {
            return Optional.empty();
        }
    }
}
