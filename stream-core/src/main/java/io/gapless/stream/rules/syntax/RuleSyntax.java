package io.gapless.stream.rules.syntax;

import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * Checks a rule for what X would refuse or misunderstand, without a request to X.
 *
 * <p>An error is what X refuses according to its documentation. A warning is a likely mistake, a case that the
 * documentation leaves open, or an operator that this version does not know, since X adds new ones. X decides in the
 * end.
 *
 * @see <a href="https://docs.x.com/x-api/posts/filtered-stream/integrate/build-a-rule">X: build a rule</a>
 */
public final class RuleSyntax {
    /** The maximum length of a rule with pay-per-use access, in characters. */
    public static final int PAY_PER_USE_MAX_LENGTH = 1_024;

    /** The maximum length of a rule with Enterprise access, in characters. */
    public static final int ENTERPRISE_MAX_LENGTH = 2_048;

    /**
     * The longest text that is checked, far above what X accepts. A longer text gets an error for its length, and no
     * further check.
     */
    private static final int CHECKED_MAX_LENGTH = 100_000;

    private RuleSyntax() {}

    /**
     * Checks one rule. This method never throws, whatever the text.
     *
     * @param rule the rule's value
     * @param maxLength the maximum length of a rule for this account, in characters, such as {@link
     *     #PAY_PER_USE_MAX_LENGTH}
     * @return what to change, ordered by column; at most 50 findings; empty if there is nothing to change
     */
    public static List<RuleFinding> check(String rule, int maxLength) {
        Findings findings = new Findings(rule);
        checkLength(rule, maxLength, findings);
        if (rule.isBlank()) {
            findings.error(0, "the rule is empty; add what to look for");
        } else if (rule.length() <= CHECKED_MAX_LENGTH) {
            checkCharacters(rule, findings);
            new RuleParser(rule, findings).parse().ifPresent(parsed -> new RuleMeaning(findings).check(parsed));
        }
        return findings.byColumn();
    }

    private static void checkLength(String rule, int maxLength, Findings findings) {
        int characters = rule.codePointCount(0, rule.length());
        if (characters > maxLength) {
            findings.error(
                    rule.offsetByCodePoints(0, maxLength),
                    "the rule has " + characters + " characters, and X accepts at most " + maxLength
                            + "; split it into two rules");
        } else if (rule.getBytes(StandardCharsets.UTF_8).length > maxLength) {
            findings.warning(
                    0,
                    "the rule has more than " + maxLength + " bytes, and X does not document whether it counts"
                            + " bytes or characters; split the rule if X refuses it");
        }
    }

    private static void checkCharacters(String rule, Findings findings) {
        if (!rule.equals(rule.strip())) {
            int at = Character.isWhitespace(rule.charAt(0)) ? 0 : rule.length() - 1;
            findings.warning(at, "white space around the rule has no effect; remove it");
        }
        for (int at = 0; at < rule.length(); at += Character.charCount(rule.codePointAt(at))) {
            int character = rule.codePointAt(at);
            if (Character.isISOControl(character) || Character.getType(character) == Character.SURROGATE) {
                findings.warning(
                        at, String.format("posts cannot contain the character U+%04X; use a space instead", character));
                return;
            }
        }
    }
}
