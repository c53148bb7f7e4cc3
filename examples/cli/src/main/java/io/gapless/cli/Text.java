package io.gapless.cli;

import io.gapless.stream.Durations;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.Locale;

/** Text for a terminal. */
final class Text {
    private static final BigDecimal DOLLARS_PER_POST = new BigDecimal("0.005");

    private Text() {}

    /** On one line and without control characters: what X or a proxy says could steer a terminal. */
    static String line(String foreign) {
        StringBuilder line = new StringBuilder(foreign.length());
        foreign.strip().codePoints().forEach(c -> {
            if (c == '\n') line.append(" · ");
            else if (c == '\t') line.append(' ');
            else if (!Character.isISOControl(c)) line.appendCodePoint(c);
        });
        return line.toString();
    }

    /** What X bills for posts, $0.005 each. */
    static BigDecimal dollars(long posts) {
        return BigDecimal.valueOf(posts).multiply(DOLLARS_PER_POST);
    }

    /** As the library writes it; never negative. */
    static String duration(Duration length) {
        return Durations.text(length.isNegative() ? Duration.ZERO : length);
    }

    /** {@code 2,000}. */
    static String number(long number) {
        return String.format(Locale.ROOT, "%,d", number);
    }

    /** {@code 1 post}, {@code 2,000 posts}. */
    static String counted(long count, String singular) {
        return number(count) + " " + singular + (count == 1 ? "" : "s");
    }
}
