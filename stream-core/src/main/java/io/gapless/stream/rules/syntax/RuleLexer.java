package io.gapless.stream.rules.syntax;

import io.gapless.stream.rules.syntax.RuleToken.Kind;
import java.util.Locale;

/**
 * Splits a rule into tokens. The lexer accepts any text. Each call of {@link #next} consumes some of the text, so the
 * end is always reached.
 */
final class RuleLexer {
    private static final int PROXIMITY_MAX = 6;

    private final String rule;
    private final Findings findings;
    private int at;

    RuleLexer(String rule, Findings findings) {
        this.rule = rule;
        this.findings = findings;
    }

    RuleToken next() {
        while (at < rule.length() && Character.isWhitespace(rule.charAt(at))) at++;
        int start = at;
        if (at == rule.length()) return token(Kind.END, start, "");
        switch (rule.charAt(at)) {
            case '(':
                at++;
                return token(Kind.OPEN, start, "(");
            case ')':
                at++;
                return token(Kind.CLOSE, start, ")");
            case '-':
                at++;
                return token(Kind.MINUS, start, "-");
            case '"':
                return phrase();
            default:
                return word();
        }
    }

    private RuleToken phrase() {
        int start = at;
        String text = quoted();
        if (text.isBlank())
            findings.error(start, "there is no text between these quotes; add some or remove the quotes");
        if (at < rule.length() && rule.charAt(at) == '~') proximity();
        return token(Kind.PHRASE, start, text);
    }

    /** Reads the distance of a phrase: {@code "two words"~3} allows 3 words between the two. */
    private void proximity() {
        int start = at++;
        int from = at;
        while (!endsWord(at)) at++;
        String distance = rule.substring(from, at);
        if (!distance.matches("[0-6]")) {
            findings.error(start, "'~' needs a whole number from 0 to " + PROXIMITY_MAX + " directly after it");
        }
    }

    private RuleToken word() {
        int start = at;
        int nameEnd = at;
        while (nameEnd < rule.length() && isOperatorLetter(rule.charAt(nameEnd))) nameEnd++;
        if (nameEnd > start && nameEnd < rule.length() && rule.charAt(nameEnd) == ':') {
            at = nameEnd + 1;
            String name = rule.substring(start, nameEnd).toLowerCase(Locale.ROOT);
            return new RuleToken(Kind.OPERATOR, start, name, operatorValue());
        }
        while (!endsWord(at)) at++;
        String text = rule.substring(start, at);
        return token(text.equals("OR") ? Kind.OR : Kind.WORD, start, text);
    }

    private String operatorValue() {
        if (at < rule.length() && rule.charAt(at) == '"') return quoted();
        if (at < rule.length() && rule.charAt(at) == '[') return bracketed();
        int start = at;
        while (!endsWord(at)) at++;
        return rule.substring(start, at);
    }

    private String quoted() {
        int start = at++;
        while (at < rule.length() && rule.charAt(at) != '"') {
            if (rule.startsWith("\\\"", at)) {
                findings.warning(
                        at, "X does not document whether a quote can be escaped; remove it if X refuses the rule");
                at++;
            }
            at++;
        }
        if (at >= rule.length()) {
            at = rule.length();
            findings.error(start, "this quote is not closed; add the closing one");
            return rule.substring(start + 1);
        }
        return rule.substring(start + 1, at++);
    }

    /**
     * Reads a value such as {@code point_radius:[2.355128 48.861118 16km]}, the only unquoted kind that can contain
     * spaces.
     */
    private String bracketed() {
        int end = rule.indexOf(']', at);
        if (end < 0) {
            findings.error(at, "this bracket is not closed; add ']'");
            end = rule.length() - 1;
        }
        String text = rule.substring(at, end + 1);
        at = end + 1;
        return text;
    }

    private boolean endsWord(int index) {
        if (index >= rule.length()) return true;
        char c = rule.charAt(index);
        return Character.isWhitespace(c) || c == '(' || c == ')' || c == '"';
    }

    private static boolean isOperatorLetter(char c) {
        return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c == '_';
    }

    private static RuleToken token(Kind kind, int at, String text) {
        return new RuleToken(kind, at, "", text);
    }
}
