package io.gapless.stream.rules.syntax;

/** Makes text from outside safe to show: on one line, without control characters, and cut to a maximum length. */
public final class RuleText {
    private static final int SHOWN_MAX_CHARACTERS = 200;

    private RuleText() {}

    public static String shown(String text) {
        if (text.codePointCount(0, text.length()) <= SHOWN_MAX_CHARACTERS) return plain(text);
        return plain(text.substring(0, text.offsetByCodePoints(0, SHOWN_MAX_CHARACTERS))) + "…";
    }

    /**
     * Returns the text on one line, without control characters. The number of characters does not change, so columns
     * stay correct.
     */
    public static String plain(String text) {
        StringBuilder line = new StringBuilder(text.length());
        text.codePoints().forEach(c -> {
            if (c == '\t') line.append(' ');
            else line.appendCodePoint(Character.isISOControl(c) || c == '\u2028' || c == '\u2029' ? '·' : c);
        });
        return line.toString();
    }
}
