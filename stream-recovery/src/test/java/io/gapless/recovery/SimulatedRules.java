package io.gapless.recovery;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.gapless.recovery.PostTimeline.XPost;
import io.gapless.recovery.SimulatedX.Refusal;
import io.gapless.recovery.ledger.Span;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** The rules that X holds for the app, and how X answers whoever lists, adds or deletes them. A post matches by its author. */
final class SimulatedRules {
    /** What X says to a connect when it holds none. */
    static final Refusal NONE = Refusal.of(
            409,
            "{\"title\":\"ConnectionException\",\"detail\":\"You must define rules before connecting to filtered stream.\","
                    + "\"connection_issue\":\"RuleConfigurationIssue\","
                    + "\"type\":\"https://api.twitter.com/2/problems/streaming-connection\"}");

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Pattern FROM = Pattern.compile("from:(\\w+)");
    private static final int FIRST_ID = 100;
    /** Around a change it is not promised by which rules a post is sent. */
    private static final Duration TAKES_EFFECT = Duration.ofSeconds(10);

    /** Values by id. */
    final Map<String, String> values = new LinkedHashMap<>(Map.of("1", "from:cats"));
    /** Of those that have one, by id. */
    final Map<String, String> tags = new HashMap<>();
    /** All that there ever was. */
    private final Map<String, String> ever = new HashMap<>();

    /** All that the owner has changed: since when a rule is, or is not, there. */
    private final List<Changed> changes = new ArrayList<>();
    /** The ids of all rules that X has ever listed. */
    private final Set<String> listed = new HashSet<>();

    private int added;

    private record Changed(Instant at, String id, String value, boolean isThere) {}

    /** Whether a rule or a query is about a post. */
    static boolean names(String query, XPost post) {
        return FROM.matcher(query).results().map(hit -> hit.group(1)).anyMatch(post.author()::equals);
    }

    /** Which rules a post matches. */
    List<String> of(XPost post) {
        return values.entrySet().stream()
                .filter(rule -> names(rule.getValue(), post))
                .map(Map.Entry::getKey)
                .toList();
    }

    boolean match(XPost post) {
        return values.values().stream().anyMatch(value -> names(value, post));
    }

    /** Whether a rule is, or was, about a post. */
    boolean everMatched(String id, XPost post) {
        String value = values.getOrDefault(id, ever.getOrDefault(id, ""));
        return names(value, post);
    }

    /** Somebody adds a rule; returns its id. */
    String add(String value, String tag) {
        String id = String.valueOf(FIRST_ID + added++);
        values.put(id, value);
        tags.put(id, tag);
        return id;
    }

    /** The same, if X does not hold that value already. */
    void addUnlessHeld(String value, String tag) {
        if (!values.containsValue(value)) add(value, tag);
    }

    /** The owner of the app, who declares no rules to the stream, deletes one of several, or adds one. */
    void change(Instant now, int which, String value) {
        List<String> ids = List.copyOf(values.keySet());
        boolean deletes = ids.size() > 1 && which % 2 == 0;
        String id = deletes ? ids.get(which / 2 % ids.size()) : add(value, "");
        changes.add(new Changed(now, id, values.getOrDefault(id, ""), !deletes));
        if (deletes) delete(id);
    }

    /**
     * Whether a post matched a rule throughout the time in which X could send it. A rule that came and went between two
     * looks at the list promises nothing: nobody can know of it.
     */
    boolean promise(XPost post) {
        Instant from = post.createdAt().minus(TAKES_EFFECT);
        Instant until = post.arrivesAt().plus(TAKES_EFFECT);
        List<String> there = new ArrayList<>(values.values());
        boolean promised = true;
        for (int i = changes.size() - 1; i >= 0 && !changes.get(i).at().isBefore(from); i--) {
            Changed change = changes.get(i);
            if (change.at().isBefore(until)) promised &= matchesAny(there, post);
            if (change.isThere()) there.remove(change.value());
            else if (listed.contains(change.id())) there.add(change.value());
        }
        return promised && matchesAny(there, post);
    }

    private static boolean matchesAny(List<String> rules, XPost post) {
        return rules.stream().anyMatch(value -> names(value, post));
    }

    /** Whether the owner has changed rules within a span. */
    boolean changedWithin(Span span) {
        return changes.stream().anyMatch(change -> span.contains(change.at()));
    }

    /** Somebody deletes a rule; returns whether it was there. */
    boolean delete(String id) {
        String value = values.remove(id);
        if (value != null) ever.put(id, value);
        return value != null;
    }

    /** The list, which has no {@code data} when there are none. */
    String list(Instant now) {
        listed.addAll(values.keySet());
        String data = values.keySet().stream().map(this::json).collect(Collectors.joining(",", "\"data\":[", "],"));
        return "{" + (values.isEmpty() ? "" : data) + "\"meta\":{\"sent\":\"" + now + "\",\"result_count\":"
                + values.size() + "}}";
    }

    private String json(String id) {
        String tag = tags.containsKey(id) ? ",\"tag\":\"" + tags.get(id) + "\"" : "";
        return "{\"id\":\"%s\",\"value\":\"%s\"%s}".formatted(id, values.get(id), tag);
    }

    /** Rules are added or deleted, as the body of a call says. */
    Refusal change(byte[] body, Instant now) {
        JsonNode wanted = read(body);
        return wanted.has("delete") ? deleted(wanted.path("delete").path("ids"), now) : added(wanted.path("add"), now);
    }

    private static JsonNode read(byte[] body) {
        try {
            return JSON.readTree(new String(body, StandardCharsets.UTF_8));
        } catch (JsonProcessingException e) {
            throw new AssertionError("the library writes JSON", e);
        }
    }

    /** X accepts each value once; the status is 201 even if it made none. */
    private Refusal added(JsonNode rules, Instant now) {
        List<String> made = new ArrayList<>();
        List<String> errors = new ArrayList<>();
        for (JsonNode rule : rules) {
            String value = rule.path("value").asText();
            Optional<String> held = values.keySet().stream()
                    .filter(id -> values.get(id).equals(value))
                    .findFirst();
            if (held.isPresent()) {
                errors.add(
                        "{\"value\":\"%s\",\"id\":\"%s\",\"title\":\"DuplicateRule\",\"type\":\"https://api.twitter.com/2/problems/duplicate-rules\"}"
                                .formatted(value, held.get()));
            } else {
                made.add(json(add(value, rule.path("tag").asText(""))));
            }
        }
        String data = made.isEmpty() ? "" : "\"data\":[" + String.join(",", made) + "],";
        String also = errors.isEmpty() ? "" : ",\"errors\":[" + String.join(",", errors) + "]";
        return Refusal.of(
                201,
                "{%s\"meta\":{\"sent\":\"%s\",\"summary\":{\"created\":%d,\"not_created\":%d,\"valid\":%d,\"invalid\":%d}}%s}"
                        .formatted(data, now, made.size(), errors.size(), made.size(), errors.size(), also));
    }

    private Refusal deleted(JsonNode ids, Instant now) {
        int deleted = 0;
        for (JsonNode id : ids) {
            if (delete(id.asText())) deleted++;
        }
        int rest = ids.size() - deleted;
        String errors = rest == 0
                ? ""
                : ",\"errors\":[{\"errors\":[{\"parameters\":{},\"message\":\"Rule does not exist\"}],\"title\":\"Invalid Request\",\"type\":\"https://api.twitter.com/2/problems/invalid-request\"}]";
        return Refusal.of(
                200,
                "{\"meta\":{\"sent\":\"%s\",\"summary\":{\"deleted\":%d,\"not_deleted\":%d}}%s}"
                        .formatted(now, deleted, rest, errors));
    }
}
