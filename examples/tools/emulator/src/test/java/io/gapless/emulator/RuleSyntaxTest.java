package io.gapless.emulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RuleSyntaxTest {
    private static final PostDraft POST = PostDraft.of(
                    "A Cat meets coca-cola at #Home with @Bob, see https://example.com/x")
            .by("Alice");

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '\'',
            value = {
                "cat                      | true",
                "CAT                      | true",
                "dog                      | false",
                "ca                       | false",
                "\"meets coca-cola\"      | true",
                "\"coca meets\"           | false",
                "cat meets                | true",
                "cat dog                  | false",
                "cat OR dog               | true",
                "dog OR cat meets         | true",
                "cat -dog                 | true",
                "cat -meets               | false",
                "cat -(dog OR meets)      | false",
                "(dog OR cat) from:alice  | true",
                "from:bob                 | false",
                "#home                    | true",
                "#hom                     | false",
                "@bob                     | true",
                "cat has:links            | true",
                "cat has:hashtags         | true",
                "cat has:mentions         | true",
                "cat has:media            | false",
                "cat is:retweet           | false",
                "cat -is:retweet lang:en  | true",
                "cat lang:de              | false",
                "url:example.com          | true"
            })
    void aRuleMatchesAsItReads(String rule, boolean matches) throws Exception {
        assertThat(RuleSyntax.rule(rule).matches(facts(POST))).isEqualTo(matches);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "-cat",
                "--b",
                "is:retweet",
                "lang:en",
                "has:links -is:retweet",
                "cat OR -dog",
                "(cat",
                "cat)",
                "\"cat",
                "cat OR",
                "h:cat",
                "is:nonsense",
                "min_likes:3 cat",
                "from:"
            })
    void aRuleThatXWouldRefuseIsRefusedWithAPosition(String rule) {
        assertThatThrownBy(() -> RuleSyntax.rule(rule))
                .isInstanceOf(RuleSyntax.Invalid.class)
                .hasMessageContaining("(at position ");
    }

    @Test
    void theStreamIsExactOnAccentsAndSearchFoldsThem() throws Exception {
        PostFacts facts = facts(PostDraft.of("un café"));

        assertThat(RuleSyntax.rule("café").matches(facts)).isTrue();
        assertThat(RuleSyntax.rule("cafe").matches(facts)).isFalse();
        assertThat(RuleSyntax.query("cafe").matches(facts.forSearch())).isTrue();
        assertThat(RuleSyntax.query("café").matches(facts.forSearch())).isTrue();
    }

    @Test
    void theStreamMatchesTheQuotedPostAndSearchDoesNot() throws Exception {
        PostFacts facts = facts(PostDraft.of("look at that").quoting("bob", "a walrus"));

        assertThat(RuleSyntax.rule("walrus is:quote").matches(facts)).isTrue();
        assertThat(RuleSyntax.query("walrus is:quote").matches(facts.forSearch()))
                .isFalse();
    }

    @Test
    void searchRefusesOperatorsThatOnlyTheStreamHas() {
        assertThatThrownBy(() -> RuleSyntax.query("cat sample:10"))
                .hasMessageContaining("unavailable operator 'sample'");
        assertThatThrownBy(() -> RuleSyntax.query("bio:cat")).hasMessageContaining("unavailable operator 'bio'");
    }

    private static PostFacts facts(PostDraft draft) {
        return PostWriter.write(draft, List.of()).facts();
    }
}
