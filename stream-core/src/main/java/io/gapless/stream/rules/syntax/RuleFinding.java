package io.gapless.stream.rules.syntax;

/**
 * Describes one thing to change in a rule.
 *
 * @param severity how certain it is that X refuses the rule
 * @param column the place in the rule, in characters (code points), counted from 1
 * @param message what is wrong and what to change
 */
public record RuleFinding(Severity severity, int column, String message) {
    private static final int SHOWN_BEFORE = 50;
    private static final int SHOWN_AFTER = 30;

    /** How certain it is that X refuses the rule. */
    public enum Severity {
        /** X refuses the rule. */
        ERROR,
        /** X may refuse the rule, or misunderstand it. */
        WARNING
    }

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
