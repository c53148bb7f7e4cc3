package io.gapless.stream.rules;

import com.fasterxml.jackson.databind.JsonNode;
import io.gapless.stream.rules.RuleNode.All;
import io.gapless.stream.rules.RuleNode.Any;
import io.gapless.stream.rules.RuleNode.Not;
import io.gapless.stream.rules.RuleNode.Term;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.OptionalInt;

/**
 * Says of a post that search has found whether its own words show that the rule does not match. What can't be seen in
 * them, such as a word within a link, stays open and is not held against the post. Immutable.
 */
final class SearchJudge {
    private enum Says {
        YES,
        OPEN,
        NO
    }

    /** A post's words as they are, as search sees them, and whether they are all that the stream looked at. */
    private record Words(List<String> exact, List<String> bare, boolean all) {}

    private final RuleNode rule;
    private final SearchWriter writer;

    SearchJudge(RuleNode rule, SearchWriter writer) {
        this.rule = rule;
        this.writer = writer;
    }

    boolean mayMatch(JsonNode data) {
        return says(rule, words(data)) != Says.NO;
    }

    private static Words words(JsonNode data) {
        String text = data.path("note_tweet").path("text").asText("");
        if (text.isEmpty()) text = data.path("note_post").path("text").asText("");
        if (text.isEmpty()) text = data.path("text").asText("");
        List<String> words =
                PostWords.of(text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&"));
        // X marks a cut text with an ellipsis; the stream looks into quoted posts, too.
        return new Words(words, PostWords.withoutAccents(words), text.indexOf('…') < 0 && !quotes(data));
    }

    private static boolean quotes(JsonNode data) {
        for (JsonNode reference :
                data.has("referenced_tweets") ? data.path("referenced_tweets") : data.path("referenced_posts")) {
            if (reference.path("type").asText().equals("quoted")) return true;
        }
        return false;
    }

    private Says says(RuleNode node, Words post) {
        if (node instanceof Term term) return says(term.token(), post);
        if (node instanceof Not not) {
            return switch (says(not.negated(), post)) {
                case YES -> Says.NO;
                case OPEN -> Says.OPEN;
                case NO -> Says.YES;
            };
        }
        if (node instanceof All all) return Collections.max(each(all.parts(), post));
        if (node instanceof Any any) return Collections.min(each(any.branches(), post));
        throw new AssertionError("not a kind of node: " + node);
    }

    private Collection<Says> each(List<RuleNode> nodes, Words post) {
        List<Says> says = new ArrayList<>();
        for (RuleNode node : nodes) says.add(says(node, post));
        return says;
    }

    private Says says(RuleToken token, Words post) {
        List<String> wanted = SearchWriter.words(token);
        if (wanted.isEmpty()) return Says.OPEN;
        OptionalInt nearness = writer.nearness(token);
        Says exact = nearness.isPresent()
                ? near(wanted, post.exact, nearness.getAsInt())
                : inARow(wanted, post.exact) ? Says.YES : Says.OPEN;
        if (exact == Says.YES) return Says.YES;
        boolean accentsDiffer = nearness.isPresent()
                ? exact == Says.OPEN
                        && !post.exact.containsAll(wanted)
                        && post.bare.containsAll(PostWords.withoutAccents(wanted))
                : inARow(PostWords.withoutAccents(wanted), post.bare);
        return post.all && (exact == Says.NO || accentsDiffer) ? Says.NO : Says.OPEN;
    }

    private static boolean inARow(List<String> wanted, List<String> words) {
        return Collections.indexOfSubList(words, wanted) >= 0;
    }

    /**
     * X allows so many words between two, fewer if they come in the other order, and says little about three or more:
     * only what is beyond doubt is decided.
     */
    private static Says near(List<String> wanted, List<String> words, int between) {
        if (!words.containsAll(wanted) || wanted.size() != 2) return Says.OPEN;
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
        if (inOrder) return Says.YES;
        return shortest > between + 1 ? Says.NO : Says.OPEN;
    }
}
