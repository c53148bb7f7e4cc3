package io.gapless.recovery.outbox.source;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.SQLSyntaxErrorException;
import java.sql.Statement;
import java.sql.Types;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.Locale;
import java.util.Optional;

/**
 * Covers what differs between databases: how they return their time, how they hold moments, and how a read-only
 * transaction begins.
 */
public enum DatabaseProduct {
    /** Tested. Its {@code now()} is not used, since that is the time at which the transaction began. */
    POSTGRESQL("SELECT clock_timestamp()"),
    /** Tested with MariaDB. MySQL is treated in the same way. */
    MARIADB("SELECT utc_timestamp(6)"),
    /** Tested. */
    SQLITE("SELECT strftime('%Y-%m-%dT%H:%M:%fZ', 'now')"),
    /** Not tested; follows standard SQL. */
    ORACLE("SELECT systimestamp FROM dual"),
    /** Not tested; follows standard SQL. */
    SQL_SERVER("SELECT sysdatetimeoffset()"),
    /** Any other database, by standard SQL. Tested with H2. */
    OTHER("SELECT current_timestamp");

    private static final LocalDateTime YEAR_ONE = LocalDateTime.of(1, 1, 1, 0, 0);
    private static final int SQL_SERVER_DATETIMEOFFSET = -155;
    private static final int SQL_SERVER_DATETIME = -151;
    private static final int SQL_SERVER_SMALLDATETIME = -150;
    private static final int ORACLE_TIMESTAMPTZ = -101;
    private static final int ORACLE_TIMESTAMPLTZ = -102;

    private static final int SQLITE_ERROR = 1;
    private static final int SQLITE_READONLY = 8;
    /** The SQL state with which a database refuses to write in a read-only transaction. */
    private static final String READ_ONLY = "25006";

    private final String clock;

    DatabaseProduct(String clock) {
        this.clock = clock;
    }

    public static DatabaseProduct of(Connection connection) throws SQLException {
        String name = connection.getMetaData().getDatabaseProductName().toLowerCase(Locale.ROOT);
        if (name.contains("postgres")) return POSTGRESQL;
        if (name.contains("mariadb") || name.contains("mysql")) return MARIADB;
        if (name.contains("sqlite")) return SQLITE;
        if (name.contains("oracle")) return ORACLE;
        return name.contains("sql server") ? SQL_SERVER : OTHER;
    }

    /** Returns the database's time, as precisely as the database gives it. */
    public Instant now(Connection connection) throws SQLException {
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

    /**
     * Returns the form in which a column holds moments; empty if it holds something else. SQLite has no type for
     * moments, only values. For types with a zone, some drivers use type numbers of their own, which {@link Types} does
     * not define.
     */
    public Optional<TimeForm> timeForm(int jdbcType, String typeName) {
        String type = typeName.toLowerCase(Locale.ROOT);
        switch (jdbcType) {
            case Types.TIMESTAMP_WITH_TIMEZONE, SQL_SERVER_DATETIMEOFFSET, ORACLE_TIMESTAMPTZ, ORACLE_TIMESTAMPLTZ:
                return Optional.of(TimeForm.ZONED);
            case Types.TIMESTAMP, SQL_SERVER_DATETIME, SQL_SERVER_SMALLDATETIME:
                if (type.equals("timestamptz") || type.contains("time zone")) return Optional.of(TimeForm.ZONED);
                return Optional.of(this == MARIADB && type.equals("timestamp") ? TimeForm.UTC : TimeForm.LOCAL);
            case Types.DATE:
                // Oracle's DATE has a time of day.
                return this == ORACLE ? Optional.of(TimeForm.LOCAL) : Optional.empty();
            default:
                return Optional.empty();
        }
    }

    /** Returns a first parameter for the query that is before the time of every row. */
    public Object beginning(TimeForm form) {
        return switch (form) {
            // PostgreSQL's driver sends the two smallest values of Java as -infinity.
            case ZONED -> this == POSTGRESQL ? OffsetDateTime.MIN : YEAR_ONE.atOffset(ZoneOffset.UTC);
            case UTC, LOCAL -> {
                if (this == POSTGRESQL) yield LocalDateTime.MIN;
                yield this == MARIADB ? "0000-00-00 00:00:00" : YEAR_ONE;
            }
            case TEXT -> "";
            // Year 0 is before the time of every row. In this form, which only SQLite has, the query converts its
            // parameters by an SQL function. That function would turn an empty text into NULL.
            case ANY -> "0000-01-01 00:00";
            case SECONDS, MILLIS -> Long.MIN_VALUE;
        };
    }

    /**
     * Begins a read-only transaction.
     *
     * @param zone the time zone of local times
     * @return restores the settings of the connection that outlive the transaction, since others may use the connection
     *     after that
     */
    public Restoring beginReading(Connection connection, ZoneId zone) throws SQLException {
        switch (this) {
            case POSTGRESQL:
                connection.setAutoCommit(false);
                execute(connection, "SET TRANSACTION READ ONLY");
                // The driver has set the time zone of the database session to this machine's zone. Casts and to_char
                // must use the zone of the local times in the table.
                execute(connection, "SET LOCAL TIME ZONE " + inPostgreSql(zone));
                return () -> {};
            case MARIADB:
                String before = sessionZone(connection);
                execute(connection, "SET time_zone = '+00:00'");
                execute(connection, "SET TRANSACTION READ ONLY");
                connection.setAutoCommit(false);
                return () -> execute(connection, "SET time_zone = '" + before + "'");
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

    /**
     * Returns the zone as PostgreSQL understands it. In a zone name, PostgreSQL counts an offset in the opposite
     * direction, so an offset is passed as an interval.
     */
    private static String inPostgreSql(ZoneId zone) {
        if (!zone.getRules().isFixedOffset()) return "'" + zone.getId().replace("'", "") + "'";
        ZoneOffset offset = zone.getRules().getOffset(Instant.EPOCH);
        return offset.equals(ZoneOffset.UTC) ? "'UTC'" : "INTERVAL '" + offset.getId() + "' HOUR TO MINUTE";
    }

    /** Restores the settings of a connection. */
    @FunctionalInterface
    public interface Restoring {
        void run() throws SQLException;
    }

    /**
     * Returns whether a failure is due to the query, which must be changed, and not due to a problem of the database.
     */
    public boolean isRefusal(SQLException failure) {
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
