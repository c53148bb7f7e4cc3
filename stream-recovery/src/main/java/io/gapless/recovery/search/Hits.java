package io.gapless.recovery.search;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.gapless.recovery.ledger.Span;
import io.gapless.stream.post.Snowflake;
import io.gapless.stream.rules.Rule;
import java.nio.charset.StandardCharsets;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * Collects the posts of one slice, each once, with all rules that found it. Owner: {@link Slice}, which bounds
 * the collection by {@link #posts} and {@link #bytes}.
 */
final class Hits {
    private static final ObjectMapper JSON = new ObjectMapper();

    /**
     * A post as a line of the stream, still without its rules. {@link Hits#whole} inserts the rules before the
     * last brace.
     */
    private record Hit(long id, byte[] line, Map<String, Rule> rules) {}

    private final Span span;
    private final Set<Long> seen = new HashSet<>();
    private final Map<Long, Hit> hits = new HashMap<>();
    private final Set<Long> versions = new HashSet<>();
    private long bytes;

    Hits(Span span) {
        this.span = span;
    }

    /** Counts the posts of a page, including those that no rule matches. Returns the ids of these posts. */
    Set<Long> see(List<Page.Found> posts) {
        Set<Long> ids = new HashSet<>();
        for (Page.Found post : posts) ids.add(post.id());
        seen.addAll(ids);
        return ids;
    }

    void add(Page.Found post, Rule rule) {
        Hit hit = hits.get(post.id());
        if (hit == null) {
            hit = new Hit(post.id(), bytes(post.line()), new TreeMap<>());
            hits.put(post.id(), hit);
            bytes += hit.line.length;
            post.versions().stream().filter(this::isWithin).forEach(versions::add);
        }
        hit.rules.put(rule.id(), rule);
    }

    private boolean isWithin(long id) {
        return Snowflake.carriesTime(id) && span.contains(Snowflake.time(id));
    }

    /** Returns how many different posts X has returned, including those that no rule matches. */
    int posts() {
        return seen.size();
    }

    /** Returns the length of the lines so far, in bytes. */
    long bytes() {
        return bytes;
    }

    Tally tally(int requests) {
        int earlier =
                (int) versions.stream().filter(id -> !hits.containsKey(id)).count();
        return new Tally(requests, seen.size(), seen.size() - hits.size(), earlier);
    }

    /** Returns the lines of the posts, oldest first. */
    List<byte[]> lines() {
        return hits.values().stream()
                .sorted(Comparator.comparingLong(Hit::id))
                .map(Hits::whole)
                .toList();
    }

    private static byte[] whole(Hit hit) {
        ArrayNode rules = JsonNodeFactory.instance.arrayNode();
        hit.rules
                .values()
                .forEach(rule -> rules.addObject().put("id", rule.id()).put("tag", rule.tag()));
        byte[] head = ",\"matching_rules\":".getBytes(StandardCharsets.UTF_8);
        byte[] tail = bytes(rules);
        int end = hit.line.length - 1;
        byte[] line = new byte[end + head.length + tail.length + 1];
        System.arraycopy(hit.line, 0, line, 0, end);
        System.arraycopy(head, 0, line, end, head.length);
        System.arraycopy(tail, 0, line, end + head.length, tail.length);
        line[line.length - 1] = '}';
        return line;
    }

    private static byte[] bytes(Object json) {
        try {
            return JSON.writeValueAsBytes(json);
        } catch (JsonProcessingException e) {
            throw new AssertionError("a tree can be written", e);
        }
    }
}
