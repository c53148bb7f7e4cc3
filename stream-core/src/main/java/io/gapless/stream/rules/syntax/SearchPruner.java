package io.gapless.stream.rules.syntax;

import io.gapless.stream.rules.syntax.RuleNode.All;
import io.gapless.stream.rules.syntax.RuleNode.Any;
import io.gapless.stream.rules.syntax.RuleNode.Not;
import io.gapless.stream.rules.syntax.RuleNode.Term;
import io.gapless.stream.rules.syntax.RuleToken.Kind;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Removes from a rule the branches that search does not support. The remaining rule never matches more than the
 * original. So if search lacks a negated operator, the whole branch around it is removed: without the negation, search
 * would return posts that the rule excludes.
 */
final class SearchPruner {
    /**
     * The operators that search supports. The old name of an operator is listed, too, if search has the operator under
     * its new name.
     */
    private static final Set<String> SEARCHABLE = Set.of(
            "from",
            "to",
            "url",
            "retweets_of",
            "retweets_of_user",
            "context",
            "entity",
            "conversation_id",
            "in_reply_to_tweet_id",
            "in_reply_to_status_id",
            "retweets_of_tweet_id",
            "retweets_of_status_id",
            "quotes_of_tweet_id",
            "list",
            "place",
            "place_country",
            "point_radius",
            "bounding_box",
            "geo_bounding_box",
            "is",
            "has",
            "lang",
            "min_likes",
            "min_replies",
            "min_reposts");

    private final Set<String> lacking = new LinkedHashSet<>();
    private final Optional<RuleNode> kept;

    SearchPruner(RuleNode rule) {
        Optional<RuleNode> pruned = prune(rule);
        // X samples before it matches, so sample: applies to the whole rule, even if it stands in one branch.
        kept = lacking.contains(lacks("sample")) ? Optional.empty() : pruned;
    }

    /** Returns the part of the rule that search supports; empty if there is no such part. */
    Optional<RuleNode> kept() {
        return kept;
    }

    /** Returns the reasons for what was removed: the operators that search lacks. */
    List<String> lacking() {
        return List.copyOf(lacking);
    }

    private Optional<RuleNode> prune(RuleNode node) {
        if (node instanceof Term term) return isSearchable(term.token()) ? Optional.of(term) : Optional.empty();
        if (node instanceof Not not) {
            int before = lacking.size();
            Optional<RuleNode> negated = prune(not.negated());
            boolean whole = negated.isPresent() && lacking.size() == before;
            return whole && negated.get().equals(not.negated()) ? Optional.of(not) : Optional.empty();
        }
        if (node instanceof All all) return joined(all.parts(), true);
        if (node instanceof Any any) return joined(any.branches(), false);
        throw new AssertionError("not a kind of node: " + node);
    }

    /** Prunes all nodes, even if one is enough to decide, so that every unsupported operator is reported. */
    private Optional<RuleNode> joined(List<RuleNode> nodes, boolean allNeeded) {
        List<RuleNode> searchable = new ArrayList<>();
        for (RuleNode node : nodes) prune(node).ifPresent(searchable::add);
        if (searchable.isEmpty() || allNeeded && searchable.size() < nodes.size()) return Optional.empty();
        if (searchable.size() == 1) return Optional.of(searchable.get(0));
        return Optional.of(allNeeded ? new All(List.copyOf(searchable)) : new Any(List.copyOf(searchable)));
    }

    private boolean isSearchable(RuleToken token) {
        if (token.kind() != Kind.OPERATOR || SEARCHABLE.contains(token.operator())) return true;
        lacking.add(lacks(token.operator()));
        return false;
    }

    private static String lacks(String operator) {
        return "search lacks '" + RuleText.shown(operator) + ":'";
    }
}
