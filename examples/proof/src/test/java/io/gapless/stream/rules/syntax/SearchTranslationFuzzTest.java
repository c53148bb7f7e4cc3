package io.gapless.stream.rules.syntax;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.DictionaryFile;
import com.code_intelligence.jazzer.junit.FuzzTest;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.gapless.stream.rules.syntax.RuleFinding.Severity;
import io.gapless.stream.rules.syntax.RuleNode.All;
import io.gapless.stream.rules.syntax.RuleNode.Any;
import io.gapless.stream.rules.syntax.RuleNode.Not;
import io.gapless.stream.rules.syntax.RuleNode.Term;
import io.gapless.stream.rules.syntax.RuleToken.Kind;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * Any rule, and a post of some of its own words. An input is a byte that says which words, and the rule. What the stream
 * would bring, search must find, unless the translation says that it misses something, and the judge must let pass.
 */
class SearchTranslationFuzzTest {
    /** What search never brings, whatever the words. */
    private static final Set<String> NOT_ABOUT_WORDS =
            Set.of("search returns no retweets for words", "search does not look into quoted posts");

    @DictionaryFile(resourcePath = "SearchTranslationFuzzTest.dict")
    @FuzzTest(maxDuration = "60s")
    void whatTheRuleMatchesIsFoundOrSaidToBeMissing(byte[] input) {
        if (input.length < 2) return;
        String value = RuleSyntaxFuzzTest.text(Arrays.copyOfRange(input, 1, input.length));
        if (value.isBlank()) return;
        SearchTranslation search = SearchTranslation.of(value);
        assertThat(search.query().isPresent() || !search.missing().isEmpty()).isTrue();
        if (search.query().isEmpty() || !isValid(value)) return;

        String query = search.query().get();
        assertThat(SearchTranslation.of(query).query()).hasValue(query);

        RuleNode rule = parsed(value);
        List<String> post = post(rule, input[0]);
        if (!matches(rule, post, new SearchWriter(value), Reader.STREAM)) return;
        boolean found = matches(parsed(query), post, new SearchWriter(query), Reader.SEARCH);
        // The judge leaves out a branch that search lacks, and with it what only that branch matches.
        boolean whole = search.missing().stream().noneMatch(missing -> missing.startsWith("search lacks"));
        if (found && whole) {
            assertThat(search.mayMatch(JsonNodeFactory.instance.objectNode().put("text", String.join(" ", post))))
                    .as("the judge of %s on %s", value, post)
                    .isTrue();
        }
        List<String> missing = new ArrayList<>(search.missing());
        missing.removeAll(NOT_ABOUT_WORDS);
        assertThat(found || !missing.isEmpty())
                .as("%s, searched as %s, on %s", value, query, post)
                .isTrue();
    }

    private static boolean isValid(String rule) {
        return RuleSyntax.check(rule, RuleSyntax.ENTERPRISE_MAX_LENGTH).stream()
                .noneMatch(finding -> finding.severity() == Severity.ERROR);
    }

    private static RuleNode parsed(String rule) {
        Optional<RuleNode> tree = new RuleParser(rule, new Findings(rule)).parse();
        return tree.orElseThrow();
    }

    /** Some of the rule's words, in their order. */
    private static List<String> post(RuleNode rule, int which) {
        List<String> words = new ArrayList<>();
        Set<String> known = new TreeSet<>();
        addWords(rule, words);
        known.addAll(words);
        List<String> order = List.copyOf(known);
        words.removeIf(word -> (which >> order.indexOf(word) % 8 & 1) == 0);
        return words;
    }

    private static void addWords(RuleNode node, List<String> words) {
        if (node instanceof Term term) words.addAll(SearchWriter.words(term.token()));
        if (node instanceof Not not) addWords(not.negated(), words);
        if (node instanceof All all) all.parts().forEach(part -> addWords(part, words));
        if (node instanceof Any any) any.branches().forEach(branch -> addWords(branch, words));
    }

    private enum Reader {
        STREAM,
        /** Below a '-'; where nearness has room for doubt, the words are near. */
        STREAM_NEGATED,
        /** Ignores accents. */
        SEARCH;

        Reader negated() {
            return this == SEARCH ? SEARCH : this == STREAM ? STREAM_NEGATED : STREAM;
        }
    }

    /** Operators are taken for fulfilled. */
    private static boolean matches(RuleNode node, List<String> post, SearchWriter writer, Reader reader) {
        if (node instanceof Term term) return matches(term.token(), post, writer, reader);
        if (node instanceof Not not) return !matches(not.negated(), post, writer, reader.negated());
        if (node instanceof All all) return all.parts().stream().allMatch(n -> matches(n, post, writer, reader));
        if (node instanceof Any any) return any.branches().stream().anyMatch(n -> matches(n, post, writer, reader));
        throw new AssertionError("not a kind of node: " + node);
    }

    private static boolean matches(RuleToken token, List<String> post, SearchWriter writer, Reader reader) {
        if (token.kind() == Kind.OPERATOR) return true;
        List<String> wanted = SearchWriter.words(token);
        if (reader == Reader.SEARCH) {
            return inARow(PostWords.withoutAccents(wanted), PostWords.withoutAccents(post));
        }
        boolean doubtful = writer.nearness(token).isPresent() && reader == Reader.STREAM_NEGATED;
        return doubtful ? post.containsAll(wanted) : inARow(wanted, post);
    }

    private static boolean inARow(List<String> wanted, List<String> words) {
        return Collections.indexOfSubList(words, wanted) >= 0;
    }
}
