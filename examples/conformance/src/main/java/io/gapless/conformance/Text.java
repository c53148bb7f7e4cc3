package io.gapless.conformance;

import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** Formats numbers for people, the same in every locale. */
final class Text {
    private Text() {}

    static String of(String format, Object... values) {
        return String.format(Locale.ROOT, format, values);
    }

    static String seconds(Duration length) {
        return of("%.2f s", length.toNanos() / 1e9);
    }

    /** Formats the first three durations in seconds. Adds an ellipsis if there are more. */
    static String seconds(List<Duration> lengths) {
        String first = lengths.stream()
                .limit(3)
                .map(length -> of("%.2f", length.toNanos() / 1e9))
                .collect(Collectors.joining(", "));
        return first + " s" + (lengths.size() > 3 ? " …" : "");
    }

    static double millis(long nanos) {
        return nanos / 1e6;
    }
}
