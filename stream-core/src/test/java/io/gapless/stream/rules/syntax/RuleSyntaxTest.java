package io.gapless.stream.rules.syntax;

import static io.gapless.stream.rules.syntax.RuleSyntax.PAY_PER_USE_MAX_LENGTH;
import static org.assertj.core.api.Assertions.assertThat;

import io.gapless.stream.rules.syntax.RuleFinding.Severity;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RuleSyntaxTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "cat",
                "cat has:images -is:retweet",
                "cat OR dog",
                "cat (has:images OR has:video_link) lang:en",
                "(cat OR dog) -(bird) sample:10",
                "\"happy birthday\"~6 OR #caturday OR @cats OR $CAT",
                "point_radius:[2.355128 48.861118 16km] -is:nullcast",
                "from:XDevelopers url:\"https://developer.x.com\" source:\"X for iPhone\"",
                "context:10.799022225751871488 entity:\"Michael Jordan\"",
                "猫 OR кот OR 🐈 OR \"👩‍👩‍👧‍👦\" OR café",
                "embedding:\"stray cats\" embedding_threshold:0.35",
                "((((cat))))"
            })
    void aGoodRuleHasNoErrors(String rule) {
        assertThat(check(rule))
                .filteredOn(finding -> finding.severity() == Severity.ERROR)
                .isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "cat \"dog          | 5  | not closed",
                "cat \"\"           | 5  | no text between",
                "cat bio:\"x        | 9  | not closed",
                "bounding_box:[1 2  | 14 | not closed",
                "cat (dog           | 5  | not closed",
                "cat dog)           | 8  | no '(' before",
                "cat ()             | 5  | empty",
                "OR cat             | 1  | nothing before",
                "cat OR             | 5  | nothing after",
                "cat OR OR dog      | 8  | nothing before",
                "cat (OR dog)       | 6  | nothing before",
                "cat -              | 5  | nothing after",
                "cat - OR dog       | 5  | nothing after",
                "-cat -dog          | 1  | look for",
                "--b                | 1  | look for",
                "apple OR -ipad     | 10 | look for",
                "(-cat) -dog        | 2  | look for",
                "has:images lang:en | 1  | alone",
                "cat OR has:images  | 8  | alone",
                "sample:10          | 1  | alone",
                "cat is:nullcast    | 5  | only as",
                "cat -sample:10     | 6  | '-'",
                "cat sample:0       | 5  | 1 to 100",
                "cat sample:101     | 5  | 1 to 100",
                "cat -embedding:x   | 6  | '-'",
                "cat embedding_threshold:2 | 5 | 0 to 1",
                "\"a b\"~7          | 6  | 0 to 6",
                "\"a b\"~           | 6  | 0 to 6",
                "from: cat          | 1  | no value",
                "🐈🐈 OR            | 4  | nothing after"
            })
    void whatXRefusesIsAnErrorAtItsColumn(String rule, int column, String words) {
        assertThat(check(rule)).anySatisfy(finding -> {
            assertThat(finding.severity()).isEqualTo(Severity.ERROR);
            assertThat(finding.column()).isEqualTo(column);
            assertThat(finding.message()).contains(words);
        });
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "cat or dog          | 5  | write OR",
                "cat AND dog         | 5  | already means AND",
                "cat NOT dog         | 5  | write '-'",
                "cat -(dog OR bird)  | 5  | before each part",
                "cat --dog           | 6  | one '-' is enough",
                "cat - dog           | 5  | directly before",
                "coca-cola           | 1  | \"coca-cola\"",
                "cat !!!             | 5  | only punctuation",
                "“happy cat”         | 1  | straight",
                "cat –dog            | 5  | minus",
                "moon:full           | 1  | not an operator",
                "https://x.com       | 1  | url:",
                "cat is:happy        | 5  | spelling",
                "cat has:whiskers    | 5  | spelling",
                "from:@cats          | 1  | without '@'",
                "list:123            | 1  | search",
                "cat OR dog sample:5 | 12 | whole rule",
                "cat \"a\\\"b\"      | 7  | escaped",
                "(cat OR has:links) lang:en | 9 | alone",
                "` cat`              | 1  | white space"
            })
    void aLikelySlipIsAWarningAtItsColumn(String rule, int column, String words) {
        assertThat(check(rule)).anySatisfy(finding -> {
            assertThat(finding.severity()).isEqualTo(Severity.WARNING);
            assertThat(finding.column()).isEqualTo(column);
            assertThat(finding.message()).contains(words);
        });
    }

    @Test
    void whatIsNoCharacterIsAWarning() {
        assertThat(check("cat\u0000dog")).singleElement().satisfies(finding -> {
            assertThat(finding.column()).isEqualTo(4);
            assertThat(finding.message()).contains("U+0000");
            assertThat(finding.pointAt("cat\u0000dog")).contains("cat·dog");
        });
        assertThat(check("cat \uD800"))
                .extracting(RuleFinding::message)
                .anyMatch(message -> message.contains("U+D800"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "\n\t"})
    void anEmptyRuleIsAnError(String rule) {
        assertThat(check(rule)).extracting(RuleFinding::severity).contains(Severity.ERROR);
    }

    @Test
    void aRuleMayBeAsLongAsXSaysAndNoLonger() {
        assertThat(check("c".repeat(1_024))).isEmpty();
        assertThat(check("c".repeat(1_025))).singleElement().satisfies(finding -> {
            assertThat(finding.severity()).isEqualTo(Severity.ERROR);
            assertThat(finding.column()).isEqualTo(1_025);
            assertThat(finding.message()).contains("1025").contains("1024");
        });
    }

    @Test
    void aRuleTooLongOnlyIfBytesAreCountedIsAWarning() {
        assertThat(check("é".repeat(1_000))).extracting(RuleFinding::severity).containsExactly(Severity.WARNING);
    }

    @Test
    void theCaretStandsBelowThePlace() {
        RuleFinding finding = check("cat OR").get(0);

        assertThat(finding.pointAt("cat OR").lines().skip(1)).containsExactly("  cat OR", "      ^");
    }

    @Test
    void theCaretStandsBelowThePlaceInALongRuleWithCharactersBeyondTheBasicPlane() {
        String rule = "🐈 ".repeat(60) + "()" + " dog".repeat(60);
        RuleFinding finding = check(rule).stream()
                .filter(found -> found.message().contains("empty"))
                .findFirst()
                .orElseThrow();

        List<String> lines = finding.pointAt(rule).lines().toList();

        assertThat(finding.column()).isEqualTo(121);
        assertThat(lines.get(1).codePoints().skip(lines.get(2).indexOf('^')).mapToObj(Character::toString))
                .startsWith("(", ")");
    }

    @Test
    void deepNestingIsAFindingAndNoStackOverflow() {
        assertThat(check("(".repeat(50_000) + "cat"))
                .extracting(RuleFinding::message)
                .anyMatch(m -> m.contains("deep"));
        assertThat(check("-".repeat(50_000) + "cat")).isNotEmpty();
        assertThat(check("a OR ".repeat(15_000) + "a")).isNotEmpty();
    }

    @Test
    void aRuleOfMegabytesIsOnlyMeasured() {
        assertThat(check("()".repeat(5_000_000)))
                .extracting(RuleFinding::message)
                .singleElement()
                .asString()
                .contains("split");
    }

    @Test
    void noTextMakesItFail() {
        String alphabet = "ab ()\"-~:[]\\#@$ORis:nullcastsample:7 from:\u0000\uD83D\uDC08é\n“";
        Random random = new Random(7);
        for (int run = 0; run < 20_000; run++) {
            StringBuilder text = new StringBuilder();
            for (int length = random.nextInt(30); length > 0; length--) {
                text.append(alphabet.charAt(random.nextInt(alphabet.length())));
            }
            String rule = text.toString();
            int characters = rule.codePointCount(0, rule.length());
            for (RuleFinding finding : check(rule)) {
                assertThat(finding.column()).as(rule).isBetween(1, Math.max(1, characters + 1));
                assertThat(finding.pointAt(rule)).endsWith("^");
            }
        }
    }

    private static List<RuleFinding> check(String rule) {
        return RuleSyntax.check(rule, PAY_PER_USE_MAX_LENGTH);
    }
}
