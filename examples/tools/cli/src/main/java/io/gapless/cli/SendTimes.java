package io.gapless.cli;

import io.gapless.recovery.outbox.Schedule;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalTime;
import java.time.ZoneId;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** Holds the options that decide when to send, and where the first interval begins. */
final class SendTimes {
    @Option(
            names = "--every",
            paramLabel = "TIME",
            defaultValue = "24h",
            converter = DurationConverter.class,
            description = "The time between two slots: up to 24h, or whole days (default: ${DEFAULT-VALUE}).")
    private Duration every = Duration.ofHours(24);

    @Option(
            names = "--at",
            paramLabel = "HH:MM",
            defaultValue = "02:00",
            converter = TimeOfDay.class,
            description = "The time of day of the first slot (default: ${DEFAULT-VALUE}).")
    private LocalTime at = LocalTime.of(2, 0);

    @Option(
            names = "--window",
            paramLabel = "HH:MM-HH:MM",
            converter = ToWindow.class,
            description = "Send only between these times of day, such as 01:00-05:00. It may cross midnight.")
    private @Nullable Window window;

    @Option(
            names = "--zone",
            paramLabel = "ZONE",
            converter = Zone.class,
            description = "The time zone of --at, --window and dates, such as Europe/Berlin (default: this machine's).")
    private ZoneId zone = ZoneId.systemDefault();

    @Option(
            names = "--since",
            paramLabel = "WHEN",
            description = "With --from-jdbc and a new outbox: where the first interval begins:%n"
                    + InstantConverter.FORMS + " By default, the whole table is sent.")
    private @Nullable String since;

    /** Returns the schedule that the options describe. The sender's builder checks the schedule. */
    Schedule schedule() {
        Schedule schedule = Schedule.daily().withEvery(every).withAt(at).withZone(zone);
        return window == null ? schedule : schedule.withWindow(window.from(), window.until());
    }

    ZoneId zone() {
        return zone;
    }

    /**
     * Returns where the first interval begins; empty if the option is missing. A date begins at midnight in the time
     * zone of {@code --zone}.
     */
    Optional<Instant> since() {
        if (since == null) return Optional.empty();
        try {
            return Optional.of(InstantConverter.parse(since, Instant.now(), zone));
        } catch (TypeConversionException e) {
            throw new CliException(ExitCode.USAGE, "--since: " + Text.line(String.valueOf(e.getMessage())), e);
        }
    }

    /** Describes the part of the day in which sending is allowed. */
    private record Window(LocalTime from, LocalTime until) {}

    private static final class TimeOfDay implements ITypeConverter<LocalTime> {
        @Override
        public LocalTime convert(String text) {
            try {
                return LocalTime.parse(text);
            } catch (DateTimeException e) {
                throw new TypeConversionException("'" + text + "' is not a time of day; write 02:00");
            }
        }
    }

    private static final class ToWindow implements ITypeConverter<Window> {
        @Override
        public Window convert(String text) {
            String[] ends = text.split("-", -1);
            if (ends.length != 2)
                throw new TypeConversionException(
                        "'" + text + "' is not a window; write two times of day: 01:00-05:00");
            return new Window(new TimeOfDay().convert(ends[0]), new TimeOfDay().convert(ends[1]));
        }
    }

    /** Converts time zones, for the schedule and for the database's clocks. */
    static final class Zone implements ITypeConverter<ZoneId> {
        @Override
        public ZoneId convert(String text) {
            try {
                return ZoneId.of(text);
            } catch (DateTimeException e) {
                throw new TypeConversionException("'" + text + "' is not a time zone; write Europe/Berlin or UTC");
            }
        }
    }
}
