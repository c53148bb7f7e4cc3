package io.gapless.stream.rules.syntax;

import io.gapless.stream.rules.syntax.RuleNode.All;
import io.gapless.stream.rules.syntax.RuleNode.Any;
import io.gapless.stream.rules.syntax.RuleNode.Not;
import io.gapless.stream.rules.syntax.RuleNode.Term;
import io.gapless.stream.rules.syntax.RuleToken.Kind;
import java.util.ArrayList;
import java.util.List;

/** Lists the kinds of posts that search does not return, even though it supports every operator of the rule. Pure. */
final class SearchLosses {
    private SearchLosses() {}

    static List<String> of(RuleNode kept, SearchWriter writer) {
        List<String> losses = new ArrayList<>();
        if (losesWithout(kept, "retweet", false)) losses.add("search returns no retweets for words");
        if (losesWithout(kept, "quote", true)) losses.add("search does not look into quoted posts");
        if (leavesOutAccents(kept, writer, false)) losses.add("search ignores accents in words with a '-'");
        return losses;
    }

    static boolean looksForWords(RuleNode node) {
        return looksFor(node, false);
    }

    /**
     * Returns whether an alternative of the rule looks for text and does not exclude the kind of post that search
     * omits.
     *
     * @param kind the kind of post, as in {@code is:retweet}
     * @param alsoTags whether hashtags, mentions, cashtags and URLs count as text, too
     */
    private static boolean losesWithout(RuleNode node, String kind, boolean alsoTags) {
        if (node instanceof Any any) return any.branches().stream().anyMatch(b -> losesWithout(b, kind, alsoTags));
        return looksFor(node, alsoTags) && !excludes(node, kind);
    }

    private static boolean looksFor(RuleNode node, boolean alsoTags) {
        if (node instanceof Term term) {
            return isWord(term.token()) || alsoTags && (term.token().kind() == Kind.WORD || isUrl(term.token()));
        }
        if (node instanceof All all) return all.parts().stream().anyMatch(part -> looksFor(part, alsoTags));
        return node instanceof Any any && any.branches().stream().anyMatch(branch -> looksFor(branch, alsoTags));
    }

    private static boolean excludes(RuleNode node, String kind) {
        if (node instanceof All all) return all.parts().stream().anyMatch(part -> excludes(part, kind));
        return node instanceof Not not
                && not.negated() instanceof Term term
                && term.token().operator().equals("is")
                && term.token().text().equals(kind);
    }

    private static boolean leavesOutAccents(RuleNode node, SearchWriter writer, boolean negated) {
        if (node instanceof Not not) {
            return !writer.needsJudge(not.negated()) && leavesOutAccents(not.negated(), writer, true);
        }
        if (node instanceof All all) {
            return all.parts().stream().anyMatch(part -> leavesOutAccents(part, writer, negated));
        }
        if (node instanceof Any any) {
            return any.branches().stream().anyMatch(branch -> leavesOutAccents(branch, writer, negated));
        }
        return negated
                && node instanceof Term term
                && isWord(term.token())
                && canHaveAccents(term.token().text());
    }

    private static boolean canHaveAccents(String word) {
        return word.codePoints().anyMatch(c -> switch (Character.UnicodeScript.of(c)) {
            case LATIN, GREEK, CYRILLIC -> true;
            default -> false;
        });
    }

    private static boolean isUrl(RuleToken token) {
        return token.operator().equals("url");
    }

    /** Returns whether the token is a word or phrase, not a {@code #hashtag}, {@code @mention} or {@code $CASHTAG}. */
    private static boolean isWord(RuleToken token) {
        return token.kind() == Kind.PHRASE
                || token.kind() == Kind.WORD && "#@$".indexOf(token.text().charAt(0)) < 0;
    }
}
