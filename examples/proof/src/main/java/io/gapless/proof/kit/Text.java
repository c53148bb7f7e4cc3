package io.gapless.proof.kit;

import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** Formats numbers for people, in the same way in every locale. */
public final class Text {
    private Text() {}

    public static String of(String format, Object... values) {
        return String.format(Locale.ROOT, format, values);
    }

    /** Formats a number with three significant digits, or all digits before the decimal point. */
    public static String number(double value) {
        double size = Math.abs(value);
        if (size >= 100 || value == Math.rint(value)) return of("%,.0f", value);
        return of(size >= 10 ? "%.1f" : size >= 1 ? "%.2f" : "%.3f", value);
    }

    /** Formats a number with two decimals, or without decimals if it is whole or at least 1,000. */
    public static String hundredths(double value) {
        boolean whole = value == Math.rint(value) || Math.abs(value) >= 1_000;
        return of(whole ? "%,.0f" : "%.2f", value);
    }

    /** Formats a duration in seconds, minutes or hours, by its length: {@code 40 s}, {@code 3 min}, {@code 22.4 h}. */
    public static String length(Duration length) {
        double seconds = length.toMillis() / 1e3;
        if (seconds < 120) return of("%.0f s", seconds);
        return seconds < 7_200 ? of("%.0f min", seconds / 60) : of("%.1f h", seconds / 3_600);
    }

    public static String seconds(Duration length) {
        return of("%.2f s", length.toNanos() / 1e9);
    }

    /** Formats the first three durations in seconds. Adds an ellipsis if there are more. */
    public static String seconds(List<Duration> lengths) {
        String first = lengths.stream()
                .limit(3)
                .map(length -> of("%.2f", length.toNanos() / 1e9))
                .collect(Collectors.joining(", "));
        return first + " s" + (lengths.size() > 3 ? " …" : "");
    }
}
