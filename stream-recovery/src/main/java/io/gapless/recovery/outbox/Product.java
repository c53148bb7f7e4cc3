package io.gapless.recovery.outbox;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.SQLSyntaxErrorException;
import java.sql.Statement;
import java.sql.Types;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Locale;

/** What databases do each in their own way: tell their time, and promise to change nothing. */
enum Product {
    /** Tested. {@code now()} would be when the transaction began. */
    POSTGRESQL("SELECT clock_timestamp()"),
    /** Tested. MySQL is taken for it. */
    MARIADB("SELECT utc_timestamp(6)"),
    /** Tested. */
    SQLITE("SELECT strftime('%Y-%m-%dT%H:%M:%fZ', 'now')"),
    /** As standard SQL has it. */
    ORACLE("SELECT systimestamp FROM dual"),
    /** As standard SQL has it. */
    SQL_SERVER("SELECT sysdatetimeoffset()"),
    /** Any other, by standard SQL. Tested with H2. */
    OTHER("SELECT current_timestamp");

    private static final int SQLITE_ERROR = 1;
    private static final int SQLITE_READONLY = 8;
    /** In a transaction that reads only. */
    private static final String READ_ONLY = "25006";

    private final String clock;

    Product(String clock) {
        this.clock = clock;
    }

    static Product of(Connection connection) throws SQLException {
        String name = connection.getMetaData().getDatabaseProductName().toLowerCase(Locale.ROOT);
        if (name.contains("postgres")) return POSTGRESQL;
        if (name.contains("mariadb") || name.contains("mysql")) return MARIADB;
        if (name.contains("sqlite")) return SQLITE;
        if (name.contains("oracle")) return ORACLE;
        return name.contains("sql server") ? SQL_SERVER : OTHER;
    }

    /** The database's time, to its microsecond. */
    Instant now(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(clock)) {
            if (!row.next()) throw new SQLException("The database returned no row for the query of its time: " + clock);
            return switch (this) {
                case SQLITE -> Instant.parse(row.getString(1));
                case MARIADB -> row.getObject(1, LocalDateTime.class).toInstant(ZoneOffset.UTC);
                default -> row.getObject(1, OffsetDateTime.class).toInstant();
            };
        }
    }

    /** In which form a column of a type for moments holds them. SQLite has no such type, only values. */
    TimeForm timeForm(int jdbcType, String typeName) {
        if (jdbcType == Types.TIMESTAMP_WITH_TIMEZONE || typeName.equalsIgnoreCase("timestamptz"))
            return TimeForm.ZONED;
        return this == MARIADB && typeName.equalsIgnoreCase("timestamp") ? TimeForm.UTC : TimeForm.LOCAL;
    }

    /**
     * Begins a transaction that reads only.
     *
     * @return takes back what outlives it in a connection that others will use
     */
    Restoring beginReading(Connection connection) throws SQLException {
        switch (this) {
            case POSTGRESQL:
                connection.setAutoCommit(false);
                execute(connection, "SET TRANSACTION READ ONLY");
                execute(connection, "SET LOCAL TIME ZONE 'UTC'");
                return () -> {};
            case MARIADB:
                String zone = sessionZone(connection);
                execute(connection, "SET time_zone = '+00:00'");
                execute(connection, "SET TRANSACTION READ ONLY");
                connection.setAutoCommit(false);
                return () -> execute(connection, "SET time_zone = '" + zone + "'");
            case SQLITE:
                execute(connection, "PRAGMA query_only = ON");
                connection.setAutoCommit(false);
                return () -> execute(connection, "PRAGMA query_only = OFF");
            default:
                connection.setReadOnly(true);
                connection.setAutoCommit(false);
                return () -> connection.setReadOnly(false);
        }
    }

    /** Takes something back. */
    @FunctionalInterface
    interface Restoring {
        void run() throws SQLException;
    }

    /** Whether a failure means that the query itself must be changed, and not that the database has trouble. */
    boolean isRefusal(SQLException failure) {
        if (this == SQLITE) return failure.getErrorCode() == SQLITE_ERROR || failure.getErrorCode() == SQLITE_READONLY;
        String state = String.valueOf(failure.getSQLState());
        return failure instanceof SQLSyntaxErrorException || state.startsWith("42") || state.equals(READ_ONLY);
    }

    private static String sessionZone(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SELECT @@session.time_zone")) {
            return row.next() ? row.getString(1) : "SYSTEM";
        }
    }

    private static void execute(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }
}
