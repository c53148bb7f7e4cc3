package io.gapless.stream.rules;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gapless.stream.rules.RuleSet.WantedRule;
import io.gapless.stream.rules.syntax.RuleSyntax;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RuleSetTest {
    @Test
    void tagsOnXBeginWithTheOwner() {
        RuleSet pets = RuleSet.of("cats", "cat").and("dogs", "dog");

        assertThat(pets.rules())
                .containsExactly(new WantedRule("cat", "gapless:cats"), new WantedRule("dog", "gapless:dogs"));
        assertThat(pets.ownedBy("zoo").rules()).extracting(WantedRule::tag).containsExactly("zoo:cats", "zoo:dogs");
    }

    @Test
    void aSetIsNotChangedByWhatIsMadeOfIt() {
        RuleSet cats = RuleSet.of("cats", "cat");

        cats.and("dogs", "dog").ownedBy("zoo");

        assertThat(cats).isEqualTo(RuleSet.of("cats", "cat"));
    }

    @ParameterizedTest
    @CsvSource({
        "'', dog, no name",
        "dogs, ' ', no value",
        "cats, dog, twice",
        "kittens, ' cat ', same value",
        "a=b, dog, '='",
        "'a\nb', dog, control character"
    })
    void whatXCouldNotHoldIsRefused(String name, String value, String words) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> RuleSet.of("cats", "cat").and(name, value))
                .withMessageContaining(words);
    }

    @Test
    void aMapGivesAllItsRules() {
        assertThat(RuleSet.of(Map.of("cats", "cat")).and("dogs", "dog"))
                .isEqualTo(RuleSet.of("cats", "cat").and("dogs", "dog"));
        assertThatIllegalArgumentException().isThrownBy(() -> RuleSet.of(Map.of()));
    }

    @Test
    void whatXWouldRefuseIsNamedByItsTagWithThePlace() {
        RuleSet set = RuleSet.of("cats", "cat (").and("dogs", "dog").ownedBy("zoo");

        assertThatIllegalArgumentException()
                .isThrownBy(() -> set.checked(RuleSyntax.ENTERPRISE_MAX_LENGTH))
                .withMessageContaining("zoo:cats: error at column 5")
                .withMessageNotContaining("zoo:dogs");
        assertThat(RuleSet.of("dogs", "dog").checked(RuleSyntax.PAY_PER_USE_MAX_LENGTH))
                .isEqualTo(RuleSet.of("dogs", "dog"));
    }

    @Test
    void aTagBeyond255CharactersIsRefused() {
        RuleSet set = RuleSet.of("c".repeat(247), "cat");

        assertThatIllegalArgumentException().isThrownBy(() -> set.ownedBy("gapless2"));
        assertThatIllegalArgumentException().isThrownBy(() -> RuleSet.of("c".repeat(248), "cat"));
    }

    @ParameterizedTest
    @CsvSource({"''", "a:b", "'a\tb'"})
    void anOwnerMustBeAPlainWord(String owner) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> RuleSet.of("cats", "cat").ownedBy(owner));
    }

    @Test
    void aFileHasARuleALineAndComments() {
        String text = """
                \uFEFF# pets = animals

                cats = cat has:images -is:retweet\r
                  # dogs, too
                dogs=dog url:"https://x.com/?a=b"
                tags = #caturday
                """;

        assertThat(RuleSet.parse(text))
                .isEqualTo(RuleSet.of("cats", "cat has:images -is:retweet")
                        .and("dogs", "dog url:\"https://x.com/?a=b\"")
                        .and("tags", "#caturday"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "cats: cat            | rules:1:1: this line is not a rule",
                "= cat                | rules:1:1: a rule has no name",
                "cats =               | rules:1:1: 'cats' has no value",
                "`cats = cat\ncats = kitten` | rules:2:1: 'cats' occurs twice",
                "`cats = cat\nkittens = cat` | rules:2:11: line 1 has the same value",
                "`a = a\n\nkatzen =  cat OR`  | rules:3:15: error at column 5",
                "`#`                  | has no rule"
            })
    void aWrongLineIsNamedWithItsColumn(String text, String words) {
        assertThatThrownBy(() -> RuleSet.parse(text))
                .isInstanceOfSatisfying(RulesException.class, failure -> assertThat(failure.reason())
                        .isEqualTo(RulesException.Reason.FILE))
                .hasMessageContaining(words);
    }

    @ParameterizedTest
    @CsvSource({
        "'cats = cat # pets', 1:12",
        "'cats = cat  # pets', 1:13",
        "'cats = cat #', 1:12",
        "'cats = cat\t#\tpets', 1:12",
        "'cats = # pets', 1:8",
        "'dogs = dog\ncats = \"a cat\" # pets', 2:16"
    })
    void aCommentBehindARuleIsRefused(String text, String place) {
        assertThatThrownBy(() -> RuleSet.parse(text))
                .hasMessageStartingWith("rules:" + place + ": a comment needs a line of its own");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"#cats", "cat #cats", "cat  #cats", "(#cats OR #dogs)", "\"cat # dog\"", "\"a \\\" # b\" #c"})
    void aHashtagIsNoComment(String value) {
        assertThat(RuleSet.parse("cats = " + value).rules()).containsExactly(new WantedRule(value, "gapless:cats"));
    }

    @Test
    void aTextIsNamedInTheMessage() {
        assertThatThrownBy(() -> RuleSet.parse("standard input", "no rule"))
                .hasMessageStartingWith("standard input:1:1: ");
    }

    @Test
    void allWrongLinesAreNamedAtOnce() {
        assertThatThrownBy(() -> RuleSet.parse("a\nb = ()\nc = cat"))
                .hasMessageContaining("rules:1:1")
                .hasMessageContaining("rules:2:5");
    }

    @Test
    void aLikelySlipDoesNotKeepAFileFromBeingRead() {
        assertThat(RuleSet.parse("cola = coca-cola").rules()).hasSize(1);
    }

    @Test
    void aFileIsReadAsUtf8(@TempDir Path directory) throws IOException {
        Path good = Files.writeString(directory.resolve("good"), "katzen = größe 🐈");
        Path bad = Files.write(directory.resolve("bad"), "katzen = größe".getBytes(StandardCharsets.ISO_8859_1));

        assertThat(RuleSet.read(good)).isEqualTo(RuleSet.of("katzen", "größe 🐈"));
        assertThatThrownBy(() -> RuleSet.read(bad))
                .isInstanceOf(RulesException.class)
                .hasMessageContaining("UTF-8");
    }

    @Test
    void aMissingFileIsNamed(@TempDir Path directory) {
        Path missing = directory.resolve("missing");

        assertThatThrownBy(() -> RuleSet.read(missing))
                .isInstanceOf(RulesException.class)
                .hasMessageContaining(missing.toString());
    }

    @Test
    void aFileTooLargeForRulesIsNotRead(@TempDir Path directory) throws IOException {
        Path large = Files.write(directory.resolve("large"), new byte[16 * 1024 * 1024 + 1]);

        assertThatThrownBy(() -> RuleSet.read(large)).hasMessageContaining("larger than");
    }
}
