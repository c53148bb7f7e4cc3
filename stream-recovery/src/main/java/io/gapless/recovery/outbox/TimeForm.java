package io.gapless.recovery.outbox;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.time.temporal.ChronoUnit;
import org.jspecify.annotations.Nullable;

/** In which form a database holds moments: how one is read, and how an interval is asked for. */
enum TimeForm {
    /** With a distance from UTC, or as a moment, such as PostgreSQL's timestamptz. */
    ZONED,
    /** As a moment that a session in UTC is shown without a zone: MariaDB's TIMESTAMP. */
    UTC,
    /** What a clock on a wall shows, such as PostgreSQL's timestamp and MariaDB's DATETIME. */
    LOCAL,
    /** Text in ISO 8601, with a T or a blank in its middle, with a Z or nothing at its end. SQLite. */
    TEXT,
    /** As text, and a row's in whatever form it has: the query turns the parameters into that. SQLite. */
    ANY,
    /** A number of seconds since 1970. SQLite. */
    SECONDS,
    /** A number of milliseconds since 1970. SQLite. */
    MILLIS;

    /** Where a wall clock is put back, an hour comes twice; more is asked for, and left out again here. */
    private static final Duration WALL_CLOCK_MARGIN = Duration.ofHours(3);

    /** What a query cuts off a moment that it gives, and what a database rounds: SQL Server's smalldatetime to minutes. */
    private static final Duration CUT_MARGIN = Duration.ofMinutes(1);

    /** "2026-11-22 12" comes before "2026-11-22T11", so text of one day may be out of order. Seconds may be missing. */
    private static final Duration TEXT_MARGIN = Duration.ofDays(1);

    private static final BigDecimal SECONDS_MIN = BigDecimal.TEN.pow(8);
    private static final BigDecimal MILLIS_MIN = BigDecimal.TEN.pow(11);
    private static final BigDecimal MILLIS_END = BigDecimal.TEN.pow(14);

    private static final String NO_MOMENT =
            "convert it to text in UTC with strftime('%Y-%m-%d %H:%M:%f', …), both in the"
                    + " condition and in the result";

    private static final DateTimeFormatter BLANK = DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm");
    private static final DateTimeFormatter ISO = DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm");
    /**
     * What the two parameters of a query are set to.
     *
     * @param from the first parameter
     * @param until the second parameter
     * @param earliest no row that the database finds by them is earlier
     * @param latest no row that the database finds by them is as late
     */
    record Asked(Object from, Object until, Instant earliest, Instant latest) {}

    /**
     * Asks for an interval, rather for more than for less of it: what comes is compared again as an {@link Instant}. So a
     * query may give a moment that it has cut to the second or the minute, and a database may round it.
     *
     * @param from {@link Moments#BEGINNING} if there is no lower bound
     * @param beginning what the query gets for that, from {@link Product#beginning}
     */
    Asked ask(Instant from, Instant until, ZoneId zone, Object beginning) {
        Duration margin = margin(zone);
        Instant latest = ceil(until, unit()).plus(margin);
        Duration tolerated = this == ANY || this == TEXT ? margin.plus(TEXT_MARGIN) : margin;
        Object end = parameter(latest, zone, ISO);
        if (from.equals(Moments.BEGINNING)) return new Asked(beginning, end, Moments.BEGINNING, latest.plus(tolerated));
        Instant earliest = floor(from, unit()).minus(margin);
        return new Asked(parameter(earliest, zone, BLANK), end, earliest.minus(tolerated), latest.plus(tolerated));
    }

    private ChronoUnit unit() {
        return switch (this) {
            case ZONED, UTC, LOCAL -> ChronoUnit.MICROS;
            case TEXT, ANY -> ChronoUnit.MINUTES;
            case SECONDS -> ChronoUnit.SECONDS;
            case MILLIS -> ChronoUnit.MILLIS;
        };
    }

    private Duration margin(ZoneId zone) {
        boolean ofWallClock = this == LOCAL || this == TEXT || this == ANY;
        return ofWallClock && !zone.getRules().isFixedOffset() ? WALL_CLOCK_MARGIN : CUT_MARGIN;
    }

    private Object parameter(Instant moment, ZoneId zone, DateTimeFormatter text) {
        return switch (this) {
            case ZONED -> moment.atOffset(ZoneOffset.UTC);
            case UTC -> LocalDateTime.ofInstant(moment, ZoneOffset.UTC);
            case LOCAL -> LocalDateTime.ofInstant(moment, zone);
            case TEXT, ANY -> text.withZone(zone).format(moment);
            case SECONDS -> moment.getEpochSecond();
            case MILLIS -> moment.toEpochMilli();
        };
    }

    /**
     * Reads a moment.
     *
     * @return the moment, or null
     * @throws DateTimeException if it has another form; the message ends a sentence that begins with the column
     */
    @Nullable
    Instant read(ResultSet row, int column, ZoneId zone) throws SQLException {
        switch (this) {
            case ZONED:
                OffsetDateTime moment = row.getObject(column, OffsetDateTime.class);
                return moment == null ? null : moment.toInstant();
            case UTC:
                return at(row.getObject(column, LocalDateTime.class), ZoneOffset.UTC);
            case LOCAL:
                return at(row.getObject(column, LocalDateTime.class), zone);
            default:
                return read(row.getObject(column), zone);
        }
    }

    private static @Nullable Instant at(@Nullable LocalDateTime shown, ZoneId zone) {
        return shown == null ? null : shown.atZone(zone).toInstant();
    }

    private @Nullable Instant read(@Nullable Object value, ZoneId zone) {
        if (value == null) return null;
        TimeForm form = of(value);
        if (form == this || this == ANY) return form.moment(value, zone);
        throw new DateTimeException("holds times in more than one form, so they cannot be compared; " + NO_MOMENT);
    }

    /** Reads a value of this form, which is SQLite's. */
    Instant moment(Object value, ZoneId zone) {
        return this == TEXT ? parse(value.toString(), zone) : fromNumber(value);
    }

    /**
     * The form of a value of SQLite, which has no type for moments.
     *
     * @throws DateTimeException if it has none; the message ends a sentence that begins with the column
     */
    static TimeForm of(Object value) {
        if (value instanceof String) return TEXT;
        if (value instanceof Number) {
            BigDecimal number = new BigDecimal(value.toString());
            if (number.compareTo(SECONDS_MIN) >= 0 && number.compareTo(MILLIS_MIN) < 0) return SECONDS;
            if (number.compareTo(MILLIS_MIN) >= 0 && number.compareTo(MILLIS_END) < 0) return MILLIS;
        }
        throw new DateTimeException("is neither text nor a number of seconds or milliseconds since 1970 of a time after"
                + " 1973; " + NO_MOMENT);
    }

    private Instant fromNumber(Object value) {
        BigDecimal seconds = new BigDecimal(value.toString()).movePointLeft(this == MILLIS ? 3 : 0);
        long whole = seconds.setScale(0, RoundingMode.FLOOR).longValueExact();
        long nanos =
                seconds.subtract(BigDecimal.valueOf(whole)).movePointRight(9).longValue();
        return Instant.ofEpochSecond(whole, nanos);
    }

    private static Instant parse(String text, ZoneId zone) {
        boolean utc = text.endsWith("Z");
        if (utc && !zone.getRules().equals(ZoneOffset.UTC.getRules()))
            throw new DateTimeException("holds times in UTC, which end with Z; do not set the zone " + zone);
        String shown = utc ? text.substring(0, text.length() - 1) : text;
        try {
            return LocalDateTime.parse(shown.replaceFirst(" ", "T"))
                    .atZone(zone)
                    .toInstant();
        } catch (DateTimeParseException e) {
            throw new DateTimeException(
                    "holds text that is not a time, or a time with an offset from UTC, which cannot be compared; "
                            + NO_MOMENT,
                    e);
        }
    }

    private static Instant floor(Instant at, ChronoUnit unit) {
        return at.truncatedTo(unit);
    }

    private static Instant ceil(Instant at, ChronoUnit unit) {
        Instant floor = at.truncatedTo(unit);
        return floor.equals(at) ? at : floor.plus(1, unit);
    }
}
