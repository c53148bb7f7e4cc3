package io.gapless.stream.seam;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Writes durations for people: 250 ms, 5 s, 3 min 20 s, 2 h 5 min, 9 d. Thread-safe. */
public final class Durations {
    private static final int HOURS_PER_DAY = 24;

    private Durations() {}

    /**
     * Writes a duration with at most two units, rounded to the smaller one.
     *
     * @param length the duration; its sign is ignored
     * @return such as {@code 250 ms}, {@code 5.4 s}, {@code 3 min 20 s} or {@code 9 d}
     */
    public static String text(Duration length) {
        Duration size = length.abs();
        // Days come first, because the milliseconds of a very long duration do not fit into a long.
        if (size.toDays() > 0) {
            long hours = size.toHours() + (size.toMinutesPart() >= 30 ? 1 : 0);
            return two(hours / HOURS_PER_DAY, "d", hours % HOURS_PER_DAY, "h");
        }
        long millis = size.plusNanos(500_000).toMillis();
        if (millis < 1_000) return millis + " ms";
        long tenths = (millis + 50) / 100;
        if (tenths < 100) return tenths / 10 + (tenths % 10 == 0 ? "" : "." + tenths % 10) + " s";
        long seconds = (millis + 500) / 1_000;
        if (seconds < 60) return seconds + " s";
        if (seconds < 3_600) return two(seconds / 60, "min", seconds % 60, "s");
        long minutes = (seconds + 30) / 60;
        if (minutes < HOURS_PER_DAY * 60) return two(minutes / 60, "h", minutes % 60, "min");
        return "1 d";
    }

    private static String two(long large, String largeUnit, long small, String smallUnit) {
        return large + " " + largeUnit + (small == 0 ? "" : " " + small + " " + smallUnit);
    }

    /**
     * Returns the value of a setting. Throws an {@link IllegalArgumentException} that names the setting if the value is
     * null or out of range.
     *
     * @param name the name of the setting
     * @param value the value
     * @param min the least value
     * @param max the greatest value
     * @return the value
     */
    public static Duration checked(String name, @Nullable Duration value, Duration min, Duration max) {
        if (value == null) {
            throw new IllegalArgumentException(name + " is null. Pass a duration, or omit the call.");
        }
        if (value.compareTo(min) < 0 || value.compareTo(max) > 0) {
            String sign = value.isNegative() ? "-" : "";
            throw new IllegalArgumentException(name + " is " + sign + text(value) + ". It must be between " + text(min)
                    + " and " + text(max) + ".");
        }
        return value;
    }
}
