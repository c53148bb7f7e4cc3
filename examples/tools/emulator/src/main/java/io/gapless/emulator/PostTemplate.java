package io.gapless.emulator;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Holds everything of a post except its id: the facts that rules match, and all the JSON that X can send. Many
 * generated posts share one template. Immutable, since nothing changes its JSON trees.
 *
 * @param facts the facts that the stream matches
 * @param searchFacts the facts that search matches
 * @param data every field of the post
 * @param includes the objects that each expansion adds
 * @param error a partial error beside the data, or null
 * @param shape the kind of post
 */
record PostTemplate(
        PostFacts facts,
        PostFacts searchFacts,
        ObjectNode data,
        Map<String, List<Included>> includes,
        @Nullable ObjectNode error,
        PostShape shape) {

    private static final Set<String> POST_DEFAULTS = Set.of("id", "text", "edit_history_tweet_ids");
    private static final Map<String, Set<String>> DEFAULTS = Map.of(
            "users", Set.of("id", "name", "username"),
            "tweets", POST_DEFAULTS,
            "media", Set.of("media_key", "type"),
            "polls", Set.of("id", "options"),
            "places", Set.of("id", "full_name"));

    /** An object that an expansion adds, and the list in {@code includes} to which it belongs. */
    record Included(String list, ObjectNode object) {}

    /**
     * Returns the line of the stream for this post, with placeholders for the id and the values that depend on the id.
     */
    ObjectNode line(FieldSelection fields, List<Rule> rules) {
        ObjectNode line = Json.object();
        line.set("data", data(fields));
        ObjectNode included = includes(fields);
        if (!included.isEmpty()) {
            line.set("includes", included);
        }
        if (!rules.isEmpty()) {
            ArrayNode matching = line.putArray("matching_rules");
            rules.forEach(rule -> matching.add(matchingRule(rule)));
        }
        if (error != null) {
            line.putArray("errors").add(error);
        }
        return line;
    }

    /** Returns the line of the stream for this post, as a template for any id. */
    LineTemplate lineTemplate(FieldSelection fields, List<Rule> rules) {
        ObjectNode line = line(fields, rules);
        return shape == PostShape.ESCAPES ? LineTemplate.escaped(line) : LineTemplate.of(line);
    }

    /** Returns the post alone, with the fields that were asked for. */
    ObjectNode data(FieldSelection fields) {
        return only(data, POST_DEFAULTS, fields.post());
    }

    ObjectNode includes(FieldSelection fields) {
        ObjectNode included = Json.object();
        includes.forEach((expansion, objects) -> {
            if (fields.expansions().contains(expansion)) {
                objects.forEach(one -> put(included, one, fields));
            }
        });
        return included;
    }

    /** Adds the lists of one {@code includes} to another, each object once. */
    static void mergeIncludes(ObjectNode into, ObjectNode from) {
        from.properties().forEach(list -> list.getValue().forEach(object -> addOnce(into, list.getKey(), object)));
    }

    private static void put(ObjectNode included, Included one, FieldSelection fields) {
        Set<String> asked =
                switch (one.list()) {
                    case "users" -> fields.user();
                    case "tweets" -> fields.post();
                    case "media" -> fields.media();
                    case "polls" -> fields.poll();
                    default -> fields.place();
                };
        addOnce(included, one.list(), only(one.object(), DEFAULTS.getOrDefault(one.list(), Set.of()), asked));
    }

    private static void addOnce(ObjectNode included, String name, JsonNode object) {
        ArrayNode list = included.withArrayProperty(name);
        for (JsonNode there : list) {
            if (there.equals(object)) {
                return;
            }
        }
        list.add(object);
    }

    private ObjectNode matchingRule(Rule rule) {
        ObjectNode matching = Json.object();
        if (shape == PostShape.NUMERIC_RULE_IDS) {
            matching.put("id", rule.id());
        } else {
            matching.put("id", Long.toString(rule.id()));
        }
        if (rule.tag() != null && shape != PostShape.QUOTE) {
            matching.put("tag", rule.tag());
        }
        return matching;
    }

    private static ObjectNode only(ObjectNode object, Set<String> always, Set<String> asked) {
        ObjectNode kept = Json.object();
        object.properties().forEach(field -> {
            if (always.contains(field.getKey()) || asked.contains(field.getKey())) {
                kept.set(field.getKey(), field.getValue());
            }
        });
        return kept;
    }
}
