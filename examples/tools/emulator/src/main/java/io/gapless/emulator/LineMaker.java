package io.gapless.emulator;

import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Makes the lines of one connection, with the fields that its client asked for and the rules that match. Caches the
 * line of each template until the rules change or the cache is full. Not thread-safe.
 */
final class LineMaker {
    private static final int TEMPLATES_KEPT = 1_024;

    private final RuleBook rules;
    private final FieldSelection fields;
    private final StreamKind kind;
    private final int partition;
    private final Map<PostTemplate, Optional<LineTemplate>> linesByTemplate = new IdentityHashMap<>();
    private int edition = -1;

    /** Creates a maker for a stream. The number of the partition is ignored if the stream has no partitions. */
    LineMaker(RuleBook rules, FieldSelection fields, StreamKind kind, int partition) {
        this.rules = rules;
        this.fields = fields;
        this.kind = kind;
        this.partition = partition;
    }

    RuleBook.Edition rulesNow() {
        return rules.current();
    }

    /** Returns the line of a post, or null if no rule matches the post or the post is in another partition. */
    @Nullable
    LineTemplate line(PostTemplate template, long postId) {
        return line(template, postId, rules.current());
    }

    /**
     * Returns the line of a post, matched with the rules in {@code inForce}; null if no rule matches the post or the
     * post is in another partition.
     */
    @Nullable
    LineTemplate line(PostTemplate template, long postId, RuleBook.Edition inForce) {
        if (!kind.contains(postId, partition)) return null;
        if (inForce.number() != edition || linesByTemplate.size() > TEMPLATES_KEPT) {
            linesByTemplate.clear();
            edition = inForce.number();
        }
        return linesByTemplate.computeIfAbsent(template, t -> make(t, inForce)).orElse(null);
    }

    private Optional<LineTemplate> make(PostTemplate template, RuleBook.Edition inForce) {
        List<Rule> matching = kind.needsRules() ? inForce.matching(template.facts()) : List.of();
        return matching.isEmpty() && kind.needsRules()
                ? Optional.empty()
                : Optional.of(template.lineTemplate(fields, matching));
    }
}
