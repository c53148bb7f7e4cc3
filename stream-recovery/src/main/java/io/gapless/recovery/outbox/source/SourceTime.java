package io.gapless.recovery.outbox.source;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;

/**
 * Converts moments to the numbers in the tables of the outbox, and back: microseconds by the source's clock,
 * milliseconds by this machine's clock.
 */
public final class SourceTime {
    /**
     * Stands for the beginning of a source, which has no lower bound. This moment is before every moment that a number
     * of microseconds can stand for.
     */
    public static final Instant BEGINNING = Instant.MIN;

    /** Stands for the time of change of a row that has none, and for {@link #BEGINNING}. */
    public static final long UNKNOWN = Long.MIN_VALUE;

    private static final long MICROS_A_SECOND = 1_000_000;
    private static final long NANOS_A_MICRO = 1_000;
    /**
     * The largest number of seconds whose microseconds fit into a long, with some reserve. PostgreSQL's infinity is
     * beyond it.
     */
    private static final long SECONDS_MAX = Long.MAX_VALUE / MICROS_A_SECOND - 1;

    private SourceTime() {}

    public static long micros(Instant moment) {
        if (moment.equals(BEGINNING)) return UNKNOWN;
        long second = moment.getEpochSecond();
        if (second < -SECONDS_MAX) return UNKNOWN + 1;
        if (second > SECONDS_MAX) return Long.MAX_VALUE;
        // Do not use ChronoUnit, which would count in nanoseconds: their range begins in the year 1677.
        return second * MICROS_A_SECOND + moment.getNano() / NANOS_A_MICRO;
    }

    public static Instant ofMicros(long micros) {
        return micros == UNKNOWN ? BEGINNING : Instant.EPOCH.plus(micros, ChronoUnit.MICROS);
    }

    public static Optional<Instant> micros(ResultSet row, String column) throws SQLException {
        long micros = row.getLong(column);
        return row.wasNull() ? Optional.empty() : Optional.of(ofMicros(micros));
    }

    public static Optional<Instant> millis(ResultSet row, String column) throws SQLException {
        long millis = row.getLong(column);
        return row.wasNull() ? Optional.empty() : Optional.of(Instant.ofEpochMilli(millis));
    }
}
