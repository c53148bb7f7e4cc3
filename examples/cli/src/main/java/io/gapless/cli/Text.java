package io.gapless.cli;

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

    /** 250 ms, 2.5 s, 25 s, 3 min 20 s, 2 h 5 min, 9 d 3 h; never negative. */
    static String duration(Duration length) {
        if (length.isNegative()) return "0 ms";
        if (length.toDays() > 0) return twoUnits(length.toDays(), "d", length.toHoursPart(), "h");
        if (length.toHours() > 0) return twoUnits(length.toHours(), "h", length.toMinutesPart(), "min");
        if (length.toMinutes() > 0) return twoUnits(length.toMinutes(), "min", length.toSecondsPart(), "s");
        long millis = length.toMillis();
        if (millis < 1_000) return millis + " ms";
        long tenths = millis < 10_000 ? millis % 1_000 / 100 : 0;
        return millis / 1_000 + (tenths == 0 ? "" : "." + tenths) + " s";
    }

    private static String twoUnits(long large, String largeUnit, int small, String smallUnit) {
        return large + " " + largeUnit + (small == 0 ? "" : " " + small + " " + smallUnit);
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
