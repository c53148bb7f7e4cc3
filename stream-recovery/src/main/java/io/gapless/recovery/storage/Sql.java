package io.gapless.recovery.storage;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Prepares, runs and closes a statement in one call. */
public final class Sql {
    /** How many rows PostgreSQL sends at a time. */
    private static final int FETCHED_ROWS = 10_000;

    private Sql() {}

    /**
     * Converts a row to a value.
     * @param <T> the type of the value
     */
    @FunctionalInterface
    public interface Row<T> {
        /**
         * Converts the current row.
         *
         * @param row the query's result, positioned on the row
         * @return the value
         * @throws SQLException if the database fails
         */
        T read(ResultSet row) throws SQLException;
    }

    /** Receives the rows of a query, one after the other. */
    @FunctionalInterface
    public interface RowConsumer {
        /**
         * Receives the current row.
         *
         * @param row the query's result, positioned on the row
         * @throws SQLException if the database fails
         */
        void accept(ResultSet row) throws SQLException;
    }

    /**
     * Reads all rows into a list.
     * @param connection the connection
     * @param sql the query
     * @param row converts each row
     * @param values the parameters
     * @param <T> the type of the values
     * @return the values, in the order of the rows
     * @throws SQLException if the database fails
     */
    public static <T> List<T> list(Connection connection, String sql, Row<T> row, @Nullable Object... values)
            throws SQLException {
        List<T> list = new ArrayList<>();
        forEach(connection, rows -> list.add(row.read(rows)), sql, values);
        return list;
    }

    /**
     * Passes each row to a consumer. No list is built, so a query may return millions of rows.
     *
     * @param connection the connection
     * @param consumer receives each row
     * @param sql the query
     * @param values the parameters
     * @throws SQLException if the database fails
     */
    public static void forEach(Connection connection, RowConsumer consumer, String sql, @Nullable Object... values)
            throws SQLException {
        try (PreparedStatement statement = prepare(connection, sql, values);
                ResultSet rows = statement.executeQuery()) {
            while (rows.next()) consumer.accept(rows);
        }
    }

    /**
     * Returns the number in the first column of the first row that a query yields.
     *
     * @param connection the connection
     * @param sql the query
     * @param values the parameters
     * @return the number
     * @throws SQLException if the database fails
     */
    public static long number(Connection connection, String sql, @Nullable Object... values) throws SQLException {
        return list(connection, sql, row -> row.getLong(1), values).get(0);
    }

    /**
     * Runs a statement that returns no rows.
     *
     * @param connection the connection
     * @param sql the statement
     * @param values the parameters
     * @return how many rows it changed
     * @throws SQLException if the database fails
     */
    public static int run(Connection connection, String sql, @Nullable Object... values) throws SQLException {
        try (PreparedStatement statement = prepare(connection, sql, values)) {
            return statement.executeUpdate();
        }
    }

    private static PreparedStatement prepare(Connection connection, String sql, @Nullable Object... values)
            throws SQLException {
        PreparedStatement statement = connection.prepareStatement(sql);
        // Outside of a transaction, the driver of PostgreSQL reads a whole result into memory, whatever it is asked
        // for.
        if (!connection.getAutoCommit()) statement.setFetchSize(FETCHED_ROWS);
        for (int i = 0; i < values.length; i++) statement.setObject(i + 1, values[i]);
        return statement;
    }
}
