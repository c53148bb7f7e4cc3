package io.gapless.cli;

import io.gapless.stream.seam.Durations;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.Locale;

/** Formats text for a terminal. */
final class Text {
    private static final BigDecimal DOLLARS_PER_POST = new BigDecimal("0.005");

    private Text() {}

    /**
     * Returns text on one line and without control characters. Foreign text, such as an answer of X or of a proxy,
     * could otherwise control the terminal.
     */
    static String line(String foreign) {
        StringBuilder line = new StringBuilder(foreign.length());
        foreign.strip().codePoints().forEach(c -> {
            if (c == '\n') line.append(" · ");
            else if (c == '\t') line.append(' ');
            else if (!Character.isISOControl(c)) line.appendCodePoint(c);
        });
        return line.toString();
    }

    /** Returns the price of a number of posts in dollars, at $0.005 for each post. */
    static BigDecimal dollars(long posts) {
        return BigDecimal.valueOf(posts).multiply(DOLLARS_PER_POST);
    }

    /** Formats a duration like the library does. A negative duration becomes zero. */
    static String duration(Duration length) {
        return Durations.text(length.isNegative() ? Duration.ZERO : length);
    }

    /** Formats a number: {@code 2,000}. */
    static String number(long number) {
        return String.format(Locale.ROOT, "%,d", number);
    }

    /** Formats a number with its noun: {@code 1 post}, {@code 2,000 posts}. */
    static String counted(long count, String singular) {
        return number(count) + " " + singular + (count == 1 ? "" : "s");
    }
}
