package io.gapless.stream.rules.syntax;

import io.gapless.stream.rules.syntax.RuleNode.All;
import io.gapless.stream.rules.syntax.RuleNode.Any;
import io.gapless.stream.rules.syntax.RuleNode.Not;
import io.gapless.stream.rules.syntax.RuleNode.Term;
import io.gapless.stream.rules.syntax.RuleToken.Kind;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Writes the supported part of a rule as a search query. Where only {@link SearchJudge} can decide, the query matches
 * more than the rule.
 */
final class SearchWriter {
    private static final Map<String, String> NEW_NAMES = Map.of(
            "retweets_of_user", "retweets_of",
            "geo_bounding_box", "bounding_box",
            "in_reply_to_status_id", "in_reply_to_tweet_id",
            "retweets_of_status_id", "retweets_of_tweet_id");
    private static final Map<String, String> NEW_VALUES =
            Map.of("has:media_link", "has:media", "has:videos", "has:video_link");

    private final String rule;

    SearchWriter(String rule) {
        this.rule = rule;
    }

    /** Returns the query; empty if no part of the rule can be searched for. */
    String write(RuleNode node) {
        return forSearch(node).map(this::text).orElse("");
    }

    /**
     * Returns the node without the parts that only the judge can decide; empty if no other part remains. A query
     * without these parts finds more posts, and the judge drops those that the rule does not match.
     */
    private Optional<RuleNode> forSearch(RuleNode node) {
        // A phrase may contain no word at all, such as "-"~2.
        if (node instanceof Term term) return term(term.token()).isEmpty() ? Optional.empty() : Optional.of(term);
        if (node instanceof Not not) return needsJudge(not.negated()) ? Optional.empty() : Optional.of(not);
        if (node instanceof All all) return joined(forSearch(all.parts()), All::new);
        if (node instanceof Any any) {
            List<RuleNode> branches = forSearch(any.branches());
            // Without one of its branches, the group would match less than the rule. So the judge decides the whole
            // group.
            return branches.size() < any.branches().size() ? Optional.empty() : joined(branches, Any::new);
        }
        throw new AssertionError("not a kind of node: " + node);
    }

    private List<RuleNode> forSearch(List<RuleNode> nodes) {
        return nodes.stream().flatMap(node -> forSearch(node).stream()).toList();
    }

    private static Optional<RuleNode> joined(List<RuleNode> nodes, Function<List<RuleNode>, RuleNode> join) {
        if (nodes.isEmpty()) return Optional.empty();
        return Optional.of(nodes.size() == 1 ? nodes.get(0) : join.apply(nodes));
    }

    private String text(RuleNode node) {
        if (node instanceof Term term) return term(term.token());
        if (node instanceof Not not) {
            String negated = text(not.negated());
            return not.negated() instanceof Term ? "-" + negated : "-(" + negated + ")";
        }
        if (node instanceof All all) return all.parts().stream().map(this::part).collect(Collectors.joining(" "));
        if (node instanceof Any any)
            return any.branches().stream().map(this::text).collect(Collectors.joining(" OR "));
        throw new AssertionError("not a kind of node: " + node);
    }

    private String part(RuleNode part) {
        return part instanceof Any ? "(" + text(part) + ")" : text(part);
    }

    /**
     * Returns whether search would exclude more posts than the negated rule part does: search reads {@code -café} as
     * {@code -cafe}, and has no operator for nearness.
     */
    boolean needsJudge(RuleNode negated) {
        if (negated instanceof Term term) {
            return nearness(term.token()).isPresent() || PostWords.hasAccents(words(term.token()));
        }
        if (negated instanceof Not not) return needsJudge(not.negated());
        if (negated instanceof All all) return all.parts().stream().anyMatch(this::needsJudge);
        if (negated instanceof Any any) return any.branches().stream().anyMatch(this::needsJudge);
        throw new AssertionError("not a kind of node: " + negated);
    }

    /** Returns the words that a term looks for; empty for an operator. */
    static List<String> words(RuleToken token) {
        return token.kind() == Kind.OPERATOR ? List.of() : PostWords.of(token.text());
    }

    /** Returns how many words may stand between the words of a phrase; empty if the phrase has no {@code ~}. */
    OptionalInt nearness(RuleToken token) {
        int tilde = token.at() + token.text().length() + 2;
        if (token.kind() != Kind.PHRASE || tilde >= rule.length() || rule.charAt(tilde) != '~') {
            return OptionalInt.empty();
        }
        return OptionalInt.of(rule.charAt(tilde + 1) - '0');
    }

    private String term(RuleToken token) {
        if (token.kind() == Kind.WORD) return token.text();
        if (token.kind() == Kind.PHRASE) {
            if (nearness(token).isEmpty()) return '"' + token.text() + '"';
            return words(token).stream().map(word -> '"' + word + '"').collect(Collectors.joining(" "));
        }
        boolean quoted = rule.startsWith("\"", token.at() + token.operator().length() + 1);
        String value = quoted ? '"' + token.text() + '"' : token.text();
        String written = NEW_NAMES.getOrDefault(token.operator(), token.operator()) + ":" + value;
        return NEW_VALUES.getOrDefault(written, written);
    }
}
