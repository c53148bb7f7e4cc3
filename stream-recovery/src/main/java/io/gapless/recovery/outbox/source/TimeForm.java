package io.gapless.recovery.outbox.source;

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

/**
 * Lists the forms in which databases hold moments. A form defines how a moment is read, and with which parameters a
 * query asks for an interval.
 */
public enum TimeForm {
    /** A moment, or a local time with an offset from UTC, such as PostgreSQL's timestamptz. */
    ZONED,
    /** A moment that the driver returns without a zone, in UTC if the session is in UTC: MariaDB's TIMESTAMP. */
    UTC,
    /** A local time, such as PostgreSQL's timestamp and MariaDB's DATETIME. */
    LOCAL,
    /** Only in SQLite: text in ISO 8601, with a T or a blank in its middle, with or without a Z at its end. */
    TEXT,
    /**
     * Only in SQLite: the parameters are text, and the rows may have any form. The query converts the parameters to the
     * form of its column.
     */
    ANY,
    /** Only in SQLite: a number of seconds since 1970. */
    SECONDS,
    /** Only in SQLite: a number of milliseconds since 1970. */
    MILLIS;

    /**
     * The margin that is added on both sides of an interval of local times, since an hour occurs twice when clocks go
     * back. Rows outside the interval are dropped after reading.
     */
    private static final Duration WALL_CLOCK_MARGIN = Duration.ofHours(3);

    /**
     * The margin that is added on both sides of any other interval, since a query may cut the moments that it returns,
     * and a database may round them. SQL Server's smalldatetime is rounded to the minute.
     */
    private static final Duration CUT_MARGIN = Duration.ofMinutes(1);

    /**
     * The additional margin for text. "2026-11-22 12" sorts before "2026-11-22T11", so text of one day may be out of
     * order. Seconds may be missing.
     */
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
     * Holds the two parameters of a query, and the bounds of the times of the rows that the query finds with them.
     *
     * @param from the first parameter
     * @param until the second parameter
     * @param earliest the earliest time that a row can have, inclusive
     * @param latest the latest time that a row can have, exclusive
     */
    public record Asked(Object from, Object until, Instant earliest, Instant latest) {}

    /**
     * Returns the parameters with which a query asks for an interval. The parameters may cover more than the interval,
     * so the caller must compare the moment of each row again. This allows a query to cut moments to the second or the
     * minute, and a database to round them.
     *
     * @param from {@link SourceTime#BEGINNING} if there is no lower bound
     * @param beginning the first parameter if there is no lower bound, from {@link DatabaseProduct#beginning}
     */
    public Asked ask(Instant from, Instant until, ZoneId zone, Object beginning) {
        Duration margin = margin(zone);
        Instant latest = ceil(until, unit()).plus(margin);
        Duration tolerated = this == ANY || this == TEXT ? margin.plus(TEXT_MARGIN) : margin;
        Object end = parameter(latest, zone, ISO);
        if (from.equals(SourceTime.BEGINNING))
            return new Asked(beginning, end, SourceTime.BEGINNING, latest.plus(tolerated));
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
     * @return the moment; null if the column is null
     * @throws DateTimeException if the value has another form; the message continues a sentence that begins with the
     *     name of the column
     */
    @Nullable
    public Instant read(ResultSet row, int column, ZoneId zone) throws SQLException {
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

    /** Reads a value of SQLite in this form. */
    public Instant moment(Object value, ZoneId zone) {
        return this == TEXT ? parse(value.toString(), zone) : fromNumber(value);
    }

    /**
     * Returns the form of a value of SQLite, which has no type for moments.
     *
     * @throws DateTimeException if the value is not a moment in a known form; the message continues a sentence that
     *     begins with the name of the column
     */
    public static TimeForm of(Object value) {
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
