package io.gapless.recovery.outbox;

import io.gapless.recovery.outbox.source.DatabaseProduct;
import io.gapless.recovery.outbox.source.TimeForm;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import org.jspecify.annotations.Nullable;

/**
 * Checks a query for mistakes that would show only later or never, once a poll finds rows. A query with its parameters
 * in the wrong order finds no rows. A query that compares another column than the one it returns works until one column
 * of a row lies in the interval and the other does not. Owner: the thread that polls with the {@link JdbcSource}.
 */
final class QueryTrial {
    private static final Instant FIRST = Instant.parse("0001-01-02T00:00:00Z");
    private static final Instant NEVER = Instant.parse("9000-01-01T00:00:00Z");
    private static final Instant END = Instant.parse("9999-12-31T00:00:00Z");

    private boolean passed;
    private boolean sawAny;
    private @Nullable Instant oldest;
    private @Nullable Instant newest;

    void begin() {
        sawAny = false;
        oldest = null;
        newest = null;
    }

    /** Records that the poll has found a row. {@code at} is the time of the row; null if the row has no time. */
    void saw(@Nullable Instant at) {
        sawAny = true;
        if (passed || at == null || at.isBefore(FIRST) || !at.isBefore(END)) return;
        if (oldest == null || at.isBefore(oldest)) oldest = at;
        if (newest == null || at.isAfter(newest)) newest = at;
    }

    /**
     * Judges the query by the rows of the poll.
     *
     * @throws IllegalArgumentException if the query must be changed; the message says how
     */
    void check(
            PreparedStatement statement, TimeForm form, Columns columns, DatabaseProduct product, TimeForm.Asked asked)
            throws SQLException {
        if (passed) return;
        statement.setMaxRows(1);
        try {
            if (!sawAny) {
                if (finds(statement, asked.until(), asked.from()))
                    throw new IllegalArgumentException("The query finds nothing, and finds rows when its parameters are"
                            + " exchanged. The first ? is the start of the interval, the second its end: write … >= ?"
                            + " AND … < ? in this order.");
                return;
            }
            if (oldest == null || newest == null) return;
            // Two rows are searched for again, because a row may change between the poll and this query. If both rows
            // change, which is unlikely, this poll fails and the next poll checks again.
            if (!findsAt(statement, form, columns, product, oldest)
                    && !findsAt(statement, form, columns, product, newest))
                throw new IllegalArgumentException("The query compares another column than it returns as "
                        + columns.lastModifiedName() + ", or cuts what it returns to the hour or the day: a row with "
                        + columns.lastModifiedName() + " = " + oldest + " is not found at that time. Compare both"
                        + " parameters with the same column that the query returns.");
            if (findsWithoutAsking(statement, form, columns, product))
                throw new IllegalArgumentException("The query does not compare its parameters with "
                        + columns.lastModifiedName() + ": it finds rows of other times than it is asked for. Write …"
                        + " WHERE modified >= ? AND modified < ?");
            passed = true;
        } finally {
            statement.setMaxRows(0);
        }
    }

    /** Returns whether the query finds rows of other times when its parameters are a day in the far future. */
    private static boolean findsWithoutAsking(
            PreparedStatement statement, TimeForm form, Columns columns, DatabaseProduct product) throws SQLException {
        TimeForm.Asked asked = form.ask(NEVER, NEVER.plus(1, ChronoUnit.DAYS), columns.zone(), product.beginning(form));
        statement.setObject(1, asked.from());
        statement.setObject(2, asked.until());
        try (ResultSet rows = statement.executeQuery()) {
            return rows.next()
                    && columns.read(rows, form)
                            .lastModified()
                            .filter(at -> at.isBefore(asked.earliest()))
                            .isPresent();
        }
    }

    private static boolean findsAt(
            PreparedStatement statement, TimeForm form, Columns columns, DatabaseProduct product, Instant at)
            throws SQLException {
        TimeForm.Asked asked = form.ask(at, at.plus(1, ChronoUnit.MICROS), columns.zone(), product.beginning(form));
        return finds(statement, asked.from(), asked.until());
    }

    private static boolean finds(PreparedStatement statement, Object first, Object second) throws SQLException {
        statement.setObject(1, first);
        statement.setObject(2, second);
        try (ResultSet rows = statement.executeQuery()) {
            return rows.next();
        }
    }
}
