package io.gapless.emulator;

import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Makes the lines of one connection: which rules match, which fields were asked for. What it has found out about a
 * template is kept until the rules change. Not thread-safe.
 */
final class LineMaker {
    private static final int TEMPLATES_KEPT = 1_024;

    private final RuleBook rules;
    private final FieldSelection fields;
    private final boolean everyPost;
    private final Map<PostTemplate, Optional<LineTemplate>> known = new IdentityHashMap<>();
    private int edition = -1;

    /** With {@code everyPost} rules are not asked, as on the sample stream. */
    LineMaker(RuleBook rules, FieldSelection fields, boolean everyPost) {
        this.rules = rules;
        this.fields = fields;
        this.everyPost = everyPost;
    }

    /** The line of a post of this kind, or null if no rule matches. */
    @Nullable
    LineTemplate line(PostTemplate template) {
        return line(template, rules.current());
    }

    /** The line under the rules of another moment. */
    @Nullable
    LineTemplate line(PostTemplate template, RuleBook.Edition inForce) {
        if (inForce.number() != edition || known.size() > TEMPLATES_KEPT) {
            known.clear();
            edition = inForce.number();
        }
        return known.computeIfAbsent(template, t -> make(t, inForce)).orElse(null);
    }

    private Optional<LineTemplate> make(PostTemplate template, RuleBook.Edition inForce) {
        List<Rule> matching = everyPost ? List.of() : inForce.matching(template.facts());
        return matching.isEmpty() && !everyPost
                ? Optional.empty()
                : Optional.of(template.lineTemplate(fields, matching));
    }
}
