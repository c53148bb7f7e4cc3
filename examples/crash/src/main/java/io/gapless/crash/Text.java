package io.gapless.crash;

import java.time.Duration;
import java.util.Locale;

/** Formats numbers for people, the same in every locale. */
final class Text {
    private Text() {}

    static String of(String format, Object... values) {
        return String.format(Locale.ROOT, format, values);
    }

    /** Formats a number with two decimals, or without decimals if it is whole or at least 1,000. */
    static String number(double value) {
        boolean whole = value == Math.rint(value) || Math.abs(value) >= 1_000;
        return of(whole ? "%,.0f" : "%.2f", value);
    }

    /** Formats a duration in seconds, minutes or hours, by its length: {@code 40 s}, {@code 3 min}, {@code 22.4 h}. */
    static String length(Duration length) {
        double seconds = length.toMillis() / 1e3;
        if (seconds < 120) return of("%.0f s", seconds);
        return seconds < 7_200 ? of("%.0f min", seconds / 60) : of("%.1f h", seconds / 3_600);
    }
}
