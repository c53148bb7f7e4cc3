package io.gapless.cli;

import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Converts durations such as 500ms, 25s, 5m, 2h or 1d. */
final class DurationConverter implements ITypeConverter<Duration> {
    private static final Pattern FORM = Pattern.compile("(\\d{1,12})(ms|s|m|h|d)");
    private static final Map<String, ChronoUnit> UNITS = Map.of(
            "ms", ChronoUnit.MILLIS,
            "s", ChronoUnit.SECONDS,
            "m", ChronoUnit.MINUTES,
            "h", ChronoUnit.HOURS,
            "d", ChronoUnit.DAYS);
    private static final Duration MAX = Duration.ofDays(36_500);

    @Override
    public Duration convert(String text) {
        Matcher form = FORM.matcher(text);
        if (!form.matches()) {
            throw new TypeConversionException(
                    "'" + text + "' is not a duration; write a whole number and a unit: 500ms, 25s, 5m, 2h, 1d");
        }
        Duration duration = UNITS.getOrDefault(form.group(2), ChronoUnit.SECONDS)
                .getDuration()
                .multipliedBy(Long.parseLong(form.group(1)));
        if (duration.isZero()) throw new TypeConversionException("'" + text + "' is too short; give more than 0");
        if (duration.compareTo(MAX) > 0)
            throw new TypeConversionException("'" + text + "' is too long; give at most 100 years");
        return duration;
    }
}
