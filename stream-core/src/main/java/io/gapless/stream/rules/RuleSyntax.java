package io.gapless.stream.rules;

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

    /** Far above what X accepts. A longer text is refused for its length, and not checked further. */
    private static final int CHECKED_MAX_LENGTH = 100_000;

    private static final int SHOWN_BEFORE = 50;
    private static final int SHOWN_AFTER = 30;

    private RuleSyntax() {}

    /** How certain it is that X refuses the rule. */
    public enum Severity {
        /** X refuses the rule. */
        ERROR,
        /** X may refuse the rule, or misunderstand it. */
        WARNING
    }

    /**
     * Describes one thing to change in a rule.
     * @param severity how certain it is that X refuses the rule
     * @param column the place in the rule, in characters (code points), counted from 1
     * @param message what is wrong and what to change
     */
    public record Finding(Severity severity, int column, String message) {
        /**
         * Describes the finding for people: a sentence, the part of the rule around the place, and a caret below it.
         *
         * @param rule the rule that was checked
         * @return three lines without a line break at the end
         */
        public String pointAt(String rule) {
            int length = rule.codePointCount(0, rule.length());
            int at = Math.min(column - 1, length);
            int from = Math.max(0, at - SHOWN_BEFORE);
            int to = Math.min(length, at + SHOWN_AFTER);
            int begin = rule.offsetByCodePoints(0, from);
            String part = rule.substring(begin, rule.offsetByCodePoints(begin, to - from));
            String before = from > 0 ? "…" : "";
            String after = to < length ? "…" : "";
            return (severity == Severity.ERROR ? "error" : "warning") + " at column " + column + " of the rule: "
                    + message
                    + "\n  " + before + RuleText.plain(part) + after
                    + "\n  " + " ".repeat(before.length() + at - from) + "^";
        }
    }

    /**
     * Checks one rule. It never throws, whatever the text.
     *
     * @param rule the rule's value
     * @param maxLength the maximum length of a rule for this account, in characters, such as {@link
     *     #PAY_PER_USE_MAX_LENGTH}
     * @return what to change, ordered by column; at most 50 findings; empty if there is nothing to change
     */
    public static List<Finding> check(String rule, int maxLength) {
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
