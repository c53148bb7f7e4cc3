package io.gapless.recovery.outbox;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Objects;
import java.util.function.Supplier;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * Records out of a table of a database that is asked, on a schedule, for what has changed.
 *
 * <pre>{@code
 * SELECT ticket   AS request_id,
 *        service  AS service_id,
 *        opened   AS opening_date,
 *        status   AS status_id,
 *        modified AS last_modified_date
 * FROM request
 * WHERE modified >= ? AND modified < ?
 * }</pre>
 *
 * <p>The query has two parameters, the first moment asked for and the first one not asked for, and compares them with the
 * very column that it gives as {@code last_modified_date}. The aliases are the names of a record's fields. It needs
 * neither an order nor a LIMIT: rows are fetched some at a time, however many there are. An index on the column keeps it
 * from reading the whole table.
 *
 * <p><b>What is seen.</b> A row counts as what it is when it is asked for: of two changes between two polls the later one
 * is seen. A row that was stamped before a poll and committed after it is seen by the next one, if the outbox's overlap
 * is longer than that transaction lasted. <b>Not seen</b> are transactions that stay open for longer than the overlap,
 * rows that were deleted, changes that do not move the column, and rows stamped by a clock that is behind the database's
 * by more than the overlap. Mark a row as deleted in a column, and it is seen.
 *
 * <p><b>Moments.</b>
 *
 * <table>
 *   <caption>What a column may be</caption>
 *   <tr><th>database</th><th>type</th><th>taken for</th></tr>
 *   <tr><td>PostgreSQL</td><td>timestamptz</td><td>the moment that it is</td></tr>
 *   <tr><td>PostgreSQL, others</td><td>timestamp</td><td>a wall clock's in {@link Builder#zone}, which must be set</td></tr>
 *   <tr><td>MariaDB, MySQL</td><td>TIMESTAMP</td><td>the moment that it is</td></tr>
 *   <tr><td>MariaDB, MySQL</td><td>DATETIME</td><td>a wall clock's in {@link Builder#zone}, which must be set</td></tr>
 *   <tr><td>SQLite</td><td>text, such as {@code 2026-11-22 15:41:50.123} or {@code 2026-11-22T15:41:50Z}</td>
 *       <td>UTC, or without a Z a wall clock's in {@link Builder#zone}</td></tr>
 *   <tr><td>SQLite</td><td>a number of seconds or milliseconds since 1970</td><td>the moment that it is</td></tr>
 * </table>
 *
 * <p>For SQLite, whose types tell nothing, the form is that of the first row found, and all rows must have it; where the
 * parameters go through a function instead of being compared with the column itself, they are text in UTC. Moments in
 * other columns become an {@link Instant}, too, where the column's type says so; dates stay {@code 2026-11-22}. A date
 * cannot be {@code last_modified_date}, since it does not tell two changes of a day apart. With a zone that puts its
 * clocks back, an hour comes twice, and is taken for its first time: keep the overlap at an hour or more.
 *
 * <p><b>Care.</b> Each poll is one transaction that only reads, on a connection of its own. The statement timeout bounds
 * how long the database may take to answer and how long it may be silent. A database that goes away in the middle ends
 * the poll with an exception, and the outbox keeps nothing of it. Tested on PostgreSQL, MariaDB, SQLite and H2; MySQL,
 * Oracle and SQL Server are asked as their documents have it. With MySQL's driver and a {@link DataSource}, set {@code
 * useCursorFetch=true}: otherwise it reads all rows at once.
 *
 * <p>One thread at a time, but {@link #close} is for any thread.
 */
public final class JdbcSource implements IntervalSource {
    private static final int QUERY_CHARACTERS_MAX = 100_000;
    /** What the network may add to the time that a statement takes. */
    private static final Duration NETWORK_GRACE = Duration.ofSeconds(10);

    private final JdbcConnections connections;
    private final String query;
    private final Columns.Needed needed;
    private final @Nullable ZoneId zone;
    private final int fetchSize;
    private final Duration statementTimeout;

    /** Set by the thread that asks, and aborted by the one that closes. */
    private volatile @Nullable Connection current;

    private volatile boolean closed;

    private JdbcSource(Builder builder, JdbcConnections connections) {
        this.connections = connections;
        this.query = builder.query;
        this.needed = builder.needed;
        this.zone = builder.zone;
        this.fetchSize = builder.fetchSize;
        this.statementTimeout = builder.statementTimeout;
    }

    /**
     * Begins one.
     *
     * @return a builder with the defaults
     */
    public static Builder builder() {
        return new Builder();
    }

    /**
     * Looks whether the query will do, without running it.
     *
     * @throws IllegalArgumentException if the query, its columns or their types must be changed; the message says how
     * @throws SQLException if the database cannot be reached, or does not let us in
     */
    public void check() throws SQLException {
        reading((connection, product) -> {
            PreparedStatement statement = prepare(connection);
            columns(statement, product);
            statement.close();
            return true;
        });
    }

    @Override
    public Instant now() throws SQLException {
        return reading((connection, product) -> product.now(connection).truncatedTo(ChronoUnit.MICROS));
    }

    /**
     * Tells every row with {@code from <= last_modified_date < until}.
     *
     * @throws IllegalArgumentException if the query, its columns or their types must be changed; the message says how
     * @throws SQLException if the database cannot be reached, or goes away in the middle
     * @throws Exception what {@code each} throws
     */
    @Override
    public void records(Instant from, Instant until, RecordSink each) throws Exception {
        try {
            reading((connection, product) -> {
                PreparedStatement statement = prepare(connection);
                Columns columns = columns(statement, product);
                TimeForm form =
                        product == Product.SQLITE ? firstRowsForm(statement, columns) : columns.lastModifiedForm();
                TimeForm.Asked asked = form.ask(from, until, columns.zone());
                statement.setObject(1, asked.from());
                statement.setObject(2, asked.until());
                ResultSet rows = statement.executeQuery();
                while (rows.next()) {
                    if (closed) throw new SQLException("The source was closed.");
                    Instant at = columns.lastModified(rows, form);
                    checkAsked(at, asked);
                    if (!at.isBefore(from) && at.isBefore(until)) take(columns.record(rows, at), each);
                }
                // Only here: after a failure, closing would first fetch all that is left.
                statement.close();
                return true;
            });
        } catch (Refused e) {
            throw e.refusal;
        }
    }

    /** What is done with a connection, in a transaction. */
    @FunctionalInterface
    private interface Reading<T, E extends Exception> {
        T with(Connection connection, Product product) throws SQLException, E;
    }

    private <T, E extends Exception> T reading(Reading<T, E> reading) throws SQLException, E {
        if (closed) throw new IllegalStateException("The source is closed.");
        Connection connection = null;
        boolean whole = false;
        try {
            connection = connections.open();
            current = connection;
            T result = readingOn(connection, reading);
            whole = true;
            return result;
        } catch (SQLException e) {
            throw readable(e);
        } finally {
            current = null;
            if (connection != null) giveBack(connection, whole);
        }
    }

    private <T, E extends Exception> T readingOn(Connection connection, Reading<T, E> reading) throws SQLException, E {
        boolean autoCommit = connection.getAutoCommit();
        int networkTimeoutMillis = limitSilence(connection);
        Product product = Product.of(connection);
        Product.Restoring restoring = product.beginReading(connection);
        T result;
        try {
            result = reading.with(connection, product);
        } catch (SQLException e) {
            if (product.isRefusal(e)) throw refused(e);
            throw e;
        }
        connection.rollback();
        connection.setAutoCommit(autoCommit);
        restoring.run();
        setNetworkTimeout(connection, networkTimeoutMillis);
        return result;
    }

    /** A database that is gone without a word would otherwise be waited for without end. */
    private int limitSilence(Connection connection) throws SQLException {
        int before = 0;
        try {
            before = connection.getNetworkTimeout();
        } catch (SQLFeatureNotSupportedException e) {
            return before;
        }
        setNetworkTimeout(connection, (int) statementTimeout.plus(NETWORK_GRACE).toMillis());
        return before;
    }

    private static void setNetworkTimeout(Connection connection, int millis) throws SQLException {
        try {
            connection.setNetworkTimeout(Runnable::run, millis);
        } catch (SQLFeatureNotSupportedException e) {
            // A database without a network.
        }
    }

    private PreparedStatement prepare(Connection connection) throws SQLException {
        PreparedStatement statement =
                connection.prepareStatement(query, ResultSet.TYPE_FORWARD_ONLY, ResultSet.CONCUR_READ_ONLY);
        statement.setFetchSize(fetchSize);
        statement.setQueryTimeout((int) Math.max(1, statementTimeout.toSeconds()));
        int parameters = statement.getParameterMetaData().getParameterCount();
        if (parameters != 2)
            throw new IllegalArgumentException("The query has " + parameters + " parameters, and needs two: … WHERE"
                    + " modified >= ? AND modified < ?");
        return statement;
    }

    private Columns columns(PreparedStatement statement, Product product) throws SQLException {
        ResultSetMetaData found = statement.getMetaData();
        if (found == null || found.getColumnCount() == 0)
            throw new IllegalArgumentException("The query gives no columns: it must be a SELECT.");
        return Columns.of(found, needed, product, zone);
    }

    /** SQLite compares numbers before text and text before bytes, so this finds a row whatever its form. */
    private static TimeForm firstRowsForm(PreparedStatement statement, Columns columns) throws SQLException {
        statement.setLong(1, Long.MIN_VALUE);
        statement.setBytes(2, new byte[] {(byte) 0xff});
        statement.setMaxRows(1);
        try (ResultSet row = statement.executeQuery()) {
            return row.next() ? columns.lastModifiedForm(row) : TimeForm.ANY;
        } finally {
            statement.setMaxRows(0);
        }
    }

    private void checkAsked(Instant at, TimeForm.Asked asked) {
        if (!at.isBefore(asked.earliest()) && at.isBefore(asked.latest())) return;
        throw new IllegalArgumentException("The query gave a row of " + at + ", asked for those from "
                + asked.earliest() + " to " + asked.latest() + ": compare both parameters with the very column that is"
                + " given as " + needed.lastModified() + ".");
    }

    /** What a sink throws, which may be of any kind, and is none of the database's. */
    private static final class Refused extends Exception {
        private static final long serialVersionUID = 1;

        private final transient Exception refusal;

        private Refused(Exception refusal) {
            super(refusal);
            this.refusal = refusal;
        }
    }

    private static void take(OutboxRecord record, RecordSink each) throws Refused {
        try {
            each.take(record);
        } catch (Exception e) {
            throw new Refused(e);
        }
    }

    private IllegalArgumentException refused(SQLException e) {
        SQLException safe = connections.withoutPassword(e);
        return new IllegalArgumentException(
                connections + " refuses the query: " + oneLine(safe) + ". Change the query.", safe);
    }

    private SQLException readable(SQLException e) {
        if (closed) return new SQLException("The source was closed while " + connections + " was asked.", e);
        SQLException safe = connections.withoutPassword(e);
        return new SQLException(
                connections + " could not be read: " + oneLine(safe) + ". Nothing of this poll is kept.",
                safe.getSQLState(),
                safe.getErrorCode(),
                safe);
    }

    private static String oneLine(SQLException e) {
        return String.valueOf(e.getMessage())
                .strip()
                .replaceAll("\\s*\\R\\s*", " · ")
                .replaceFirst("[.]$", "");
    }

    private static void giveBack(Connection connection, boolean whole) {
        try {
            // A driver that closes politely would first read what is left, or wait for a database that is gone.
            if (!whole) connection.abort(Runnable::run);
            connection.close();
        } catch (SQLException e) {
            // What was asked for has come, or its failure is on its way.
        }
    }

    @Override
    public void close() {
        closed = true;
        Connection asked = current;
        if (asked != null) giveBack(asked, false);
        connections.close();
    }

    @Override
    public String toString() {
        return connections.toString();
    }

    /** Says where the database is and what to ask it. A database and a query must be given. */
    public static final class Builder {
        private @Nullable DataSource dataSource;
        private @Nullable String url;
        private @Nullable String user;
        private @Nullable Supplier<String> password;
        private List<Path> driverJars = List.of();
        private String query = "";
        private Columns.Needed needed = new Columns.Needed(
                "request_id", "last_modified_date", List.of("service_id", "opening_date", "status_id"));
        private @Nullable ZoneId zone;
        private int fetchSize = 1_000;
        private Duration statementTimeout = Duration.ofMinutes(10);

        private Builder() {}

        /**
         * A pool or other source of connections, which stays the caller's. Instead of a URL.
         *
         * @param dataSource hands out connections that may read the table
         * @return this
         */
        public Builder dataSource(DataSource dataSource) {
            this.dataSource = dataSource;
            return this;
        }

        /**
         * Where the database is. Instead of a data source. Each poll opens a connection.
         *
         * @param url a JDBC URL without a password, such as {@code jdbc:postgresql://db.example/shop}
         * @return this
         */
        public Builder url(String url) {
            this.url = url;
            return this;
        }

        /**
         * Who asks, with a URL.
         *
         * @param user the user's name
         * @return this
         */
        public Builder user(String user) {
            this.user = user;
            return this;
        }

        /**
         * The user's password, with a URL.
         *
         * @param password asked for at each connect, so that it can be rotated
         * @return this
         */
        public Builder password(Supplier<String> password) {
            this.password = password;
            return this;
        }

        /**
         * The driver's jar and those that it needs, with a URL. They are loaded apart from everything else. Without them
         * the driver must be on the class path.
         *
         * @param jars the files; none for the class path
         * @return this
         */
        public Builder driverJars(List<Path> jars) {
            this.driverJars = List.copyOf(jars);
            return this;
        }

        /**
         * What to ask; see {@link JdbcSource}.
         *
         * @param sql a SELECT with two parameters, at most 100,000 characters
         * @return this
         */
        public Builder query(String sql) {
            this.query = sql.strip().replaceFirst("(\\s*;)+$", "");
            return this;
        }

        /**
         * Which columns the query must have, where another encoder sends other bodies. By default {@code request_id}, {@code
         * last_modified_date}, {@code service_id}, {@code opening_date} and {@code status_id}; others are sent along.
         *
         * @param id names a record; never null
         * @param lastModified when it was last modified; never null
         * @param others what else must not be missing
         * @return this
         */
        public Builder columns(String id, String lastModified, String... others) {
            this.needed = new Columns.Needed(id, lastModified, List.of(others));
            return this;
        }

        /**
         * The zone of moments that do not tell theirs. Must be set where there are such, except with SQLite, whose own
         * functions give UTC.
         *
         * @param zone such as {@code Europe/Berlin}
         * @return this
         */
        public Builder zone(ZoneId zone) {
            this.zone = zone;
            return this;
        }

        /**
         * How many rows are fetched at a time.
         *
         * @param rows 1 to 100,000; 1,000 by default
         * @return this
         */
        public Builder fetchSize(int rows) {
            if (rows < 1 || rows > 100_000)
                throw new IllegalArgumentException("fetchSize is 1 to 100,000 rows, not " + rows);
            this.fetchSize = rows;
            return this;
        }

        /**
         * How long the database may take to answer a query; with MariaDB until the last row is read. It is then cut off,
         * and the poll fails.
         *
         * @param timeout 1 s to 24 h; 10 minutes by default
         * @return this
         */
        public Builder statementTimeout(Duration timeout) {
            if (timeout.compareTo(Duration.ofSeconds(1)) < 0 || timeout.compareTo(Duration.ofHours(24)) > 0)
                throw new IllegalArgumentException("statementTimeout is 1 s to 24 h, not " + timeout);
            this.statementTimeout = timeout;
            return this;
        }

        /**
         * Makes the source. The database is not asked yet: {@link JdbcSource#check} does.
         *
         * @return the source
         * @throws IllegalArgumentException if something is missing, the URL holds a password, or no driver knows it
         */
        public JdbcSource build() {
            if (query.isEmpty()) throw new IllegalArgumentException("The query is missing: set query(String).");
            if (query.length() > QUERY_CHARACTERS_MAX)
                throw new IllegalArgumentException("The query has " + query.length() + " characters; at most "
                        + QUERY_CHARACTERS_MAX + " are taken.");
            if ((dataSource == null) == (url == null))
                throw new IllegalArgumentException("Say where the database is: set either dataSource or url.");
            if (dataSource != null) return new JdbcSource(this, new PooledConnections(dataSource));
            String where = Objects.requireNonNull(url);
            return new JdbcSource(this, new UrlConnections(where, user, password, driverJars));
        }
    }
}
