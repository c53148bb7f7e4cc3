package io.gapless.stream.rules;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Finds in a rule what X would refuse or understand otherwise than meant, before X is asked.
 *
 * <p>An error is what X's pages say it refuses. A warning is what they do not say, what is likely a slip, and every
 * operator that this version does not know: X adds new ones. X has the last word on both.
 *
 * @see <a href="https://docs.x.com/x-api/posts/filtered-stream/integrate/build-a-rule">X: build a rule</a>
 */
public final class RuleSyntax {
    /** How long a rule may be on pay-per-use. */
    public static final int PAY_PER_USE_MAX_LENGTH = 1_024;

    /** How long a rule may be with Enterprise access. */
    public static final int ENTERPRISE_MAX_LENGTH = 2_048;

    /** Far above what X takes; what is longer is not even looked into. */
    private static final int CHECKED_MAX_CHARACTERS = 100_000;

    private static final int FINDINGS_MAX = 50;
    private static final int SHOWN_BEFORE = 50;
    private static final int SHOWN_AFTER = 30;

    private final String value;
    private final List<Finding> findings = new ArrayList<>();

    private RuleSyntax(String value) {
        this.value = value;
    }

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
         * The finding for people: a sentence, the rule, and a caret below the place.
         *
         * @param value the rule that was checked
         * @return three lines without a line break at the end
         */
        public String pointAt(String value) {
            int[] characters = value.codePoints().toArray();
            int at = Math.min(column - 1, characters.length);
            int from = Math.max(0, at - SHOWN_BEFORE);
            int to = Math.min(characters.length, at + SHOWN_AFTER);
            String before = from > 0 ? "…" : "";
            String after = to < characters.length ? "…" : "";
            String part = RuleText.plain(new String(characters, from, to - from));
            return (severity == Severity.ERROR ? "error" : "warning") + " at column " + column + ": " + message
                    + "\n  " + before + part + after
                    + "\n  " + " ".repeat(before.length() + at - from) + "^";
        }
    }

    /**
     * Looks at one rule. Never fails, whatever the text.
     *
     * @param value the rule
     * @param maxLength how many characters X takes from this account, such as {@link #PAY_PER_USE_MAX_LENGTH}
     * @return what to change, by column; at most 50 findings; empty if all is well
     */
    public static List<Finding> check(String value, int maxLength) {
        RuleSyntax syntax = new RuleSyntax(value);
        syntax.check(maxLength);
        return syntax.findings.stream()
                .sorted(Comparator.comparingInt(Finding::column))
                .collect(Collectors.toUnmodifiableList());
    }

    private void check(int maxLength) {
        checkLength(maxLength);
    }

    private void checkLength(int maxLength) {
        int characters = value.codePointCount(0, value.length());
        if (characters > maxLength) {
            error(value.length(), "the rule has " + characters + " characters, X takes " + maxLength + "; split it");
        }
    }

    void error(int at, String message) {
        add(Severity.ERROR, at, message);
    }

    void warning(int at, String message) {
        add(Severity.WARNING, at, message);
    }

    private void add(Severity severity, int at, String message) {
        if (findings.size() < FINDINGS_MAX) {
            findings.add(new Finding(severity, value.codePointCount(0, at) + 1, message));
        }
    }
}
