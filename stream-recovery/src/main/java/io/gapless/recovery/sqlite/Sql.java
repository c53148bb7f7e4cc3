package io.gapless.recovery.sqlite;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Runs short statements in one line each. */
public final class Sql {
    private Sql() {}

    /**
     * Reads a row.
     *
     * @param <T> the type of the result
     */
    @FunctionalInterface
    public interface Row<T> {
        /**
         * Reads the row that the result stands on.
         *
         * @param row the result
         * @return the result
         * @throws SQLException as SQLite does
         */
        T read(ResultSet row) throws SQLException;
    }

    /**
     * Receives each row.
     */
    @FunctionalInterface
    public interface EachRow {
        /**
         * Takes the row that the result stands on.
         *
         * @param row the result
         * @throws SQLException as SQLite does
         */
        void take(ResultSet row) throws SQLException;
    }

    /**
     * Reads all rows into a list.
     *
     * @param connection where
     * @param sql the query
     * @param row reads one
     * @param values the parameters
     * @param <T> what a row becomes
     * @return the rows in their order
     * @throws SQLException as SQLite does
     */
    public static <T> List<T> list(Connection connection, String sql, Row<T> row, @Nullable Object... values)
            throws SQLException {
        List<T> list = new ArrayList<>();
        tell(connection, rows -> list.add(row.read(rows)), sql, values);
        return list;
    }

    /**
     * Reads rows without a list in between: there may be millions.
     *
     * @param connection where
     * @param each receives every row
     * @param sql the query
     * @param values the parameters
     * @throws SQLException as SQLite does
     */
    public static void tell(Connection connection, EachRow each, String sql, @Nullable Object... values)
            throws SQLException {
        try (PreparedStatement statement = prepare(connection, sql, values);
                ResultSet rows = statement.executeQuery()) {
            while (rows.next()) each.take(rows);
        }
    }

    /**
     * Reads the one number that a query yields.
     *
     * @param connection where
     * @param sql the query
     * @param values the parameters
     * @return the number
     * @throws SQLException as SQLite does
     */
    public static long number(Connection connection, String sql, @Nullable Object... values) throws SQLException {
        return list(connection, sql, row -> row.getLong(1), values).get(0);
    }

    /**
     * Runs a statement that yields nothing.
     *
     * @param connection where
     * @param sql the statement
     * @param values the parameters
     * @return how many rows it changed
     * @throws SQLException as SQLite does
     */
    public static int run(Connection connection, String sql, @Nullable Object... values) throws SQLException {
        try (PreparedStatement statement = prepare(connection, sql, values)) {
            return statement.executeUpdate();
        }
    }

    private static PreparedStatement prepare(Connection connection, String sql, @Nullable Object... values)
            throws SQLException {
        PreparedStatement statement = connection.prepareStatement(sql);
        for (int i = 0; i < values.length; i++) statement.setObject(i + 1, values[i]);
        return statement;
    }
}
