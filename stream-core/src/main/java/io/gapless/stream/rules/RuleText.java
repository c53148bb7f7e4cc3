package io.gapless.stream.rules;

/** How foreign text is shown to people: on one line, without control characters, within bounds. */
final class RuleText {
    private static final int SHOWN_MAX_CHARACTERS = 200;

    private RuleText() {}

    static String shown(String text) {
        if (text.codePointCount(0, text.length()) <= SHOWN_MAX_CHARACTERS) return plain(text);
        return plain(text.substring(0, text.offsetByCodePoints(0, SHOWN_MAX_CHARACTERS))) + "…";
    }

    /** As long as the text itself, so that columns stay true. */
    static String plain(String text) {
        StringBuilder line = new StringBuilder(text.length());
        text.codePoints().forEach(c -> {
            if (c == '\t') line.append(' ');
            else line.appendCodePoint(Character.isISOControl(c) || c == '\u2028' || c == '\u2029' ? '·' : c);
        });
        return line.toString();
    }
}
