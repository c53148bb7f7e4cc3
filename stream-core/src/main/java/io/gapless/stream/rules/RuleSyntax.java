package io.gapless.stream.rules;

import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * Finds in a rule what X would refuse or understand otherwise than meant, before X is asked.
 *
 * <p>An error is what X's pages say it refuses. A warning is what they do not say, what is likely a slip, and every
 * operator that this version does not know: X adds new ones. X has the last word on both.
 *
 * @see <a href="https://docs.x.com/x-api/posts/filtered-stream/integrate/build-a-rule">X: build a rule</a>
 */
public final class RuleSyntax {
    /** How long a rule may be on pay-per-use, in characters. */
    public static final int PAY_PER_USE_MAX_LENGTH = 1_024;

    /** How long a rule may be with Enterprise access, in characters. */
    public static final int ENTERPRISE_MAX_LENGTH = 2_048;

    /** Far above what X takes; what is longer is not looked into. */
    private static final int CHECKED_MAX_LENGTH = 100_000;

    private static final int SHOWN_BEFORE = 50;
    private static final int SHOWN_AFTER = 30;

    private RuleSyntax() {}

    /** How sure it is that X refuses the rule. */
    public enum Severity {
        /** X refuses it. */
        ERROR,
        /** X may refuse it, or understand it otherwise than meant. */
        WARNING
    }

    /**
     * Something to change in a rule.
     *
     * @param severity how sure it is
     * @param column where, in characters (code points) of the rule, from 1 on
     * @param message what is wrong and what to change
     */
    public record Finding(Severity severity, int column, String message) {
        /**
         * The finding for people: a sentence, the rule around the place, and a caret below it.
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
     * Looks at one rule. Never fails, whatever the text.
     *
     * @param rule the rule's value
     * @param maxLength how many characters X takes from this account, such as {@link #PAY_PER_USE_MAX_LENGTH}
     * @return what to change, by column; at most 50 findings; empty if all is well
     */
    public static List<Finding> check(String rule, int maxLength) {
        Findings findings = new Findings(rule);
        checkLength(rule, maxLength, findings);
        if (rule.isBlank()) {
            findings.error(0, "the rule is empty; say what to look for");
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
                    "the rule has " + characters + " characters and X takes " + maxLength
                            + "; split it into two rules");
        } else if (rule.getBytes(StandardCharsets.UTF_8).length > maxLength) {
            findings.warning(
                    0,
                    "the rule has more than " + maxLength
                            + " bytes, and X does not say whether it counts those or characters; split it if X refuses it");
        }
    }

    private static void checkCharacters(String rule, Findings findings) {
        if (!rule.equals(rule.strip())) {
            int at = Character.isWhitespace(rule.charAt(0)) ? 0 : rule.length() - 1;
            findings.warning(at, "white space around the rule means nothing; remove it");
        }
        for (int at = 0; at < rule.length(); at += Character.charCount(rule.codePointAt(at))) {
            int character = rule.codePointAt(at);
            if (Character.isISOControl(character) || Character.getType(character) == Character.SURROGATE) {
                findings.warning(
                        at, String.format("U+%04X is no character that posts hold; use a space instead", character));
                return;
            }
        }
    }
}
