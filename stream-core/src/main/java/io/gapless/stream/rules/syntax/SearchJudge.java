package io.gapless.stream.rules.syntax;

import com.fasterxml.jackson.databind.JsonNode;
import io.gapless.stream.rules.syntax.RuleNode.All;
import io.gapless.stream.rules.syntax.RuleNode.Any;
import io.gapless.stream.rules.syntax.RuleNode.Not;
import io.gapless.stream.rules.syntax.RuleNode.Term;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.OptionalInt;

/**
 * Decides whether the text of a post that search found proves that the rule does not match. Some matches are invisible
 * in the text, such as a word inside a link; then the result is {@code UNKNOWN} and the post is kept. Immutable.
 */
final class SearchJudge {
    /**
     * The result for a part of a rule. The order matters: of several alternatives the smallest result counts, and of
     * several required parts the largest.
     */
    private enum Match {
        YES,
        UNKNOWN,
        NO
    }

    /**
     * Holds a post's words as written and without accents, and whether these are all the words that the stream
     * compared.
     */
    private record Words(List<String> exact, List<String> bare, boolean all) {}

    private final RuleNode rule;
    private final SearchWriter writer;

    SearchJudge(RuleNode rule, SearchWriter writer) {
        this.rule = rule;
        this.writer = writer;
    }

    boolean mayMatch(JsonNode data) {
        return match(rule, words(data)) != Match.NO;
    }

    private static Words words(JsonNode data) {
        String text = data.path("note_tweet").path("text").asText("");
        if (text.isEmpty()) text = data.path("note_post").path("text").asText("");
        if (text.isEmpty()) text = data.path("text").asText("");
        List<String> words =
                PostWords.of(text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&"));
        // These are not all the words if X has cut the text, which an ellipsis marks, or if the post quotes another
        // post, because the stream also compares the words of the quoted post.
        return new Words(words, PostWords.withoutAccents(words), text.indexOf('…') < 0 && !quotes(data));
    }

    private static boolean quotes(JsonNode data) {
        for (JsonNode reference :
                data.has("referenced_tweets") ? data.path("referenced_tweets") : data.path("referenced_posts")) {
            if (reference.path("type").asText().equals("quoted")) return true;
        }
        return false;
    }

    private Match match(RuleNode node, Words post) {
        if (node instanceof Term term) return match(term.token(), post);
        if (node instanceof Not not) {
            return switch (match(not.negated(), post)) {
                case YES -> Match.NO;
                case UNKNOWN -> Match.UNKNOWN;
                case NO -> Match.YES;
            };
        }
        if (node instanceof All all) return Collections.max(each(all.parts(), post));
        if (node instanceof Any any) return Collections.min(each(any.branches(), post));
        throw new AssertionError("not a kind of node: " + node);
    }

    private Collection<Match> each(List<RuleNode> nodes, Words post) {
        List<Match> matches = new ArrayList<>();
        for (RuleNode node : nodes) matches.add(match(node, post));
        return matches;
    }

    private Match match(RuleToken token, Words post) {
        List<String> wanted = SearchWriter.words(token);
        if (wanted.isEmpty()) return Match.UNKNOWN;
        OptionalInt nearness = writer.nearness(token);
        Match exact = nearness.isPresent()
                ? near(wanted, post.exact, nearness.getAsInt())
                : inARow(wanted, post.exact) ? Match.YES : Match.UNKNOWN;
        if (exact == Match.YES) return Match.YES;
        boolean accentsDiffer = nearness.isPresent()
                ? exact == Match.UNKNOWN
                        && !post.exact.containsAll(wanted)
                        && post.bare.containsAll(PostWords.withoutAccents(wanted))
                : inARow(PostWords.withoutAccents(wanted), post.bare);
        return post.all && (exact == Match.NO || accentsDiffer) ? Match.NO : Match.UNKNOWN;
    }

    private static boolean inARow(List<String> wanted, List<String> words) {
        return Collections.indexOfSubList(words, wanted) >= 0;
    }

    /**
     * Compares the distance of two words. X allows {@code between} words between them, and fewer if the two are in the
     * opposite order. X documents little about three or more words, so in all unclear cases the result is UNKNOWN.
     */
    private static Match near(List<String> wanted, List<String> words, int between) {
        if (!words.containsAll(wanted) || wanted.size() != 2) return Match.UNKNOWN;
        int shortest = Integer.MAX_VALUE;
        boolean inOrder = false;
        for (int i = 0; i < words.size(); i++) {
            if (!words.get(i).equals(wanted.get(0))) continue;
            for (int j = 0; j < words.size(); j++) {
                if (i == j || !words.get(j).equals(wanted.get(1))) continue;
                shortest = Math.min(shortest, Math.abs(j - i));
                inOrder |= j > i && j - i <= between;
            }
        }
        if (inOrder) return Match.YES;
        return shortest > between + 1 ? Match.NO : Match.UNKNOWN;
    }
}
