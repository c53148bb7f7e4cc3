package io.gapless.recovery.outbox;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;

/** Moments as the tables hold them: microseconds of the source's clock, milliseconds of ours. */
final class Moments {
    /** A source has no lower bound: before everything, and before what microseconds can count. */
    static final Instant BEGINNING = Instant.MIN;

    /** Of a row that has no time. */
    static final long UNKNOWN = Long.MIN_VALUE;

    private static final long MICROS_A_SECOND = 1_000_000;
    private static final long NANOS_A_MICRO = 1_000;
    /** What microseconds can count, with something to spare; PostgreSQL's infinity is beyond. */
    private static final long SECONDS_MAX = Long.MAX_VALUE / MICROS_A_SECOND - 1;

    private Moments() {}

    static long micros(Instant moment) {
        if (moment.equals(BEGINNING)) return UNKNOWN;
        long second = moment.getEpochSecond();
        if (second < -SECONDS_MAX) return UNKNOWN + 1;
        if (second > SECONDS_MAX) return Long.MAX_VALUE;
        // ChronoUnit counts in nanoseconds, which end in the year 1677.
        return second * MICROS_A_SECOND + moment.getNano() / NANOS_A_MICRO;
    }

    static Instant ofMicros(long micros) {
        return micros == UNKNOWN ? BEGINNING : Instant.EPOCH.plus(micros, ChronoUnit.MICROS);
    }

    static Optional<Instant> micros(ResultSet row, String column) throws SQLException {
        long micros = row.getLong(column);
        return row.wasNull() ? Optional.empty() : Optional.of(ofMicros(micros));
    }

    static Optional<Instant> millis(ResultSet row, String column) throws SQLException {
        long millis = row.getLong(column);
        return row.wasNull() ? Optional.empty() : Optional.of(Instant.ofEpochMilli(millis));
    }
}
