package io.gapless.stream.rules.syntax;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.DictionaryFile;
import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Any text as a rule. An input is UTF-8; one that begins with a zero is UTF-16, which may hold half a character. */
class RuleSyntaxFuzzTest {
    @DictionaryFile(resourcePath = "RuleSyntaxFuzzTest.dict")
    @FuzzTest(maxDuration = "60s")
    void everyFindingPointsIntoTheRule(byte[] input) {
        String rule = text(input);
        List<RuleFinding> findings = RuleSyntax.check(rule, RuleSyntax.PAY_PER_USE_MAX_LENGTH);

        int length = rule.codePointCount(0, rule.length());
        assertThat(findings).hasSizeLessThanOrEqualTo(50);
        assertThat(findings).extracting(RuleFinding::column).isSorted();
        for (RuleFinding finding : findings) {
            assertThat(finding.column()).isBetween(1, length + 1);
            String[] lines = finding.pointAt(rule).split("\n", -1);
            assertThat(lines).hasSize(3);
            for (String line : lines) assertThat(line.codePoints()).noneMatch(Character::isISOControl);
            assertThat(lines[2]).isEqualTo(" ".repeat(lines[2].length() - 1) + "^");
            assertThat(lines[2].length() - 1).isLessThanOrEqualTo(lines[1].codePointCount(0, lines[1].length()));
        }
        if (rule.isBlank() || length > RuleSyntax.PAY_PER_USE_MAX_LENGTH)
            assertThat(findings).isNotEmpty();
        assertThat(RuleSyntax.check(rule, RuleSyntax.PAY_PER_USE_MAX_LENGTH)).isEqualTo(findings);
    }

    static String text(byte[] input) {
        if (input.length == 0 || input[0] != 0) return new String(input, StandardCharsets.UTF_8);
        return ByteBuffer.wrap(input).asCharBuffer().toString();
    }
}
