package io.gapless.stream;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Durations for people: 250 ms, 25.0 s, 3:20 min, 2:05 h. */
final class Durations {
    private static final Duration TWO_HOURS = Duration.ofHours(2);

    private Durations() {}

    static String text(Duration length) {
        // First, since longer ones have more milliseconds than fit a number.
        if (length.compareTo(TWO_HOURS) >= 0) return "%d:%02d h".formatted(length.toHours(), length.toMinutesPart());
        long millis = length.toMillis();
        if (millis < 1_000) return millis + " ms";
        if (millis < 120_000) return millis / 1_000 + "." + millis % 1_000 / 100 + " s";
        return "%d:%02d min".formatted(length.toMinutes(), length.toSecondsPart());
    }

    /** Checks a setting, naming it. */
    static Duration checked(String name, @Nullable Duration value, Duration min, Duration max) {
        if (value == null) {
            throw new IllegalArgumentException(name + ": null was given; give a duration, or leave the call out.");
        }
        if (value.compareTo(min) < 0 || value.compareTo(max) > 0) {
            throw new IllegalArgumentException(
                    name + ": " + text(value) + " is outside " + text(min) + " to " + text(max) + ".");
        }
        return value;
    }
}
