package io.gapless.cli;

import java.math.BigDecimal;
import java.time.Duration;

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

    /** 250 ms, 25.0 s, 3:20 min, 2:05 h. */
    static String duration(Duration length) {
        long millis = length.toMillis();
        if (Math.abs(millis) < 1_000) return millis + " ms";
        if (Math.abs(millis) < 120_000) return "%.1f s".formatted(millis / 1_000.0);
        if (Math.abs(millis) < 7_200_000) return "%d:%02d min".formatted(length.toMinutes(), length.toSecondsPart());
        return "%d:%02d h".formatted(length.toHours(), length.toMinutesPart());
    }
}
