package io.gapless.benchmarks;

import java.util.Locale;

/** Formats numbers for people, in the same way in every locale. */
final class Text {
    private Text() {}

    static String of(String format, Object... values) {
        return String.format(Locale.ROOT, format, values);
    }

    /** Returns a number with three significant digits, or all digits before the decimal point. */
    static String number(double value) {
        double size = Math.abs(value);
        if (size >= 100 || value == Math.rint(value)) return of("%,.0f", value);
        return of(size >= 10 ? "%.1f" : size >= 1 ? "%.2f" : "%.3f", value);
    }
}
