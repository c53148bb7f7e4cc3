package io.gapless.recovery.outbox;

import io.gapless.recovery.outbox.source.DatabaseProduct;
import io.gapless.recovery.outbox.source.JdbcConnections;
import io.gapless.recovery.outbox.source.PooledConnections;
import io.gapless.recovery.outbox.source.QueryText;
import io.gapless.recovery.outbox.source.SourceName;
import io.gapless.recovery.outbox.source.TimeForm;
import io.gapless.recovery.outbox.source.UrlConnections;
import io.gapless.stream.seam.Durations;
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
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Supplier;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * Reads changed records from a database, with a query that runs on a schedule.
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
 * <p>The query has two parameters: the start of the interval, inclusive, and its end, exclusive. The query compares
 * both parameters with the column that it returns as {@code last_modified_date}. The aliases are the names of the
 * fields of a record. The query needs no ORDER BY, and must have no LIMIT: rows are fetched in portions, however many
 * there are. With an index on the column, the database need not read the whole table.
 *
 * <p><b>What a poll finds.</b> A poll finds a row as it is at that time: of two changes between two polls, it finds the
 * later one. A row that was stamped before a poll and committed after that poll is found by the next one, if the
 * overlap of the sender is longer than the transaction. <b>Not found</b> are transactions that stay open for longer
 * than the overlap, deleted rows, changes that do not update the column, and rows that were stamped by a clock that is
 * behind the database's by more than the overlap. To report deletions, mark rows as deleted in a column instead.
 *
 * <p><b>Moments.</b>
 *
 * <table>
 *   <caption>Types of last_modified_date</caption>
 *   <tr><th>database</th><th>type</th><th>read as</th></tr>
 *   <tr><td>PostgreSQL</td><td>timestamptz</td><td>a moment</td></tr>
 *   <tr><td>PostgreSQL, others</td><td>timestamp</td>
 *       <td>local time in {@link Builder#zone}, which must be set</td></tr>
 *   <tr><td>MariaDB, MySQL</td><td>TIMESTAMP</td><td>a moment</td></tr>
 *   <tr><td>MariaDB, MySQL</td><td>DATETIME</td><td>local time in {@link Builder#zone}, which must be set</td></tr>
 *   <tr><td>SQLite</td><td>text, such as {@code 2026-11-22 15:41:50.123} or {@code 2026-11-22T15:41:50Z}</td>
 *       <td>UTC; without a Z, local time in {@link Builder#zone} if it is set</td></tr>
 *   <tr><td>SQLite</td><td>a number of seconds or milliseconds since 1970</td><td>a moment</td></tr>
 * </table>
 *
 * <p>SQL Server's {@code datetimeoffset}, Oracle's types with a time zone and any other {@code TIMESTAMP WITH TIME
 * ZONE} are moments, too. {@code datetime} and Oracle's {@code DATE} are local times.
 *
 * <p>SQLite does not enforce types. So the first row found decides which form is expected, and all rows must have it.
 * If the query passes the parameters to a function instead of comparing them with the column, the parameters are text
 * in UTC.
 *
 * <p>Moments in other columns become an {@link Instant}, too, if the column has a type for moments. Dates stay text,
 * such as {@code 2026-11-22}. A moment or date outside of the years 1 to 9999, such as {@code infinity}, becomes the
 * text of the database. A row with a value that cannot be read is quarantined alone, if a sender reads the source. A
 * date cannot be {@code last_modified_date}, since it does not distinguish two changes of one day. The query may return
 * the column cut to the second or the minute. When clocks go back, an hour occurs twice, and local times of that hour
 * are read as if they were in its first occurrence. So keep the overlap at 1 h or more if the zone has daylight saving
 * time.
 *
 * <p><b>Load and failures.</b> Each poll is one read-only transaction, on a connection of its own. The statement
 * timeout bounds how long the database may take to answer and how long it may be silent. If the connection breaks, the
 * poll ends with an exception, and the outbox keeps none of its records. Tested with PostgreSQL, MariaDB, SQLite and
 * H2. MySQL, Oracle and SQL Server are supported according to their documentation, and are not tested. With MySQL's
 * driver and a {@link DataSource}, set {@code useCursorFetch=true}: otherwise the driver reads all rows at once.
 *
 * <p>Not thread-safe, except {@link #close}, which any thread may call.
 */
public final class JdbcSource implements IntervalSource {
    private static final int QUERY_CHARACTERS_MAX = 100_000;
    /** How many rows of SQLite are searched for the first readable moment. Its form is then expected of all rows. */
    private static final int FIRST_ROWS = 100;
    /** How much longer than the statement timeout the connection waits for the network. */
    private static final Duration NETWORK_GRACE = Duration.ofSeconds(10);

    private static final String OPERATORS = " An operator of PostgreSQL that contains ? is written with ??.";

    private final JdbcConnections connections;
    private final String query;
    private final String name;
    private final Columns.Needed needed;
    private final @Nullable ZoneId zone;
    private final int fetchSize;
    private final Duration statementTimeout;

    /**
     * The connection of the poll that is running; null if no poll is running. The polling thread sets it. A thread that
     * closes the source aborts the connection.
     */
    private volatile @Nullable Connection current;

    private volatile boolean closed;

    /** Checks the query by the rows of the first poll that finds any. Owner: the polling thread. */
    private final QueryTrial trial = new QueryTrial();

    private JdbcSource(Builder builder, JdbcConnections connections) {
        this.connections = connections;
        this.query = builder.query;
        this.name = SourceName.of(builder.url, builder.query);
        this.needed = builder.needed;
        this.zone = builder.zone;
        this.fetchSize = builder.fetchSize;
        this.statementTimeout = builder.statementTimeout;
    }

    /**
     * Returns a builder with default settings.
     *
     * @return a new builder
     */
    public static Builder builder() {
        return new Builder();
    }

    /**
     * Checks the query and its columns without running the query.
     *
     * @throws IllegalArgumentException if the query, its columns or their types must be changed; the message says how
     * @throws SQLException if the database cannot be reached or refuses the login
     */
    public void check() throws SQLException {
        reading((connection, product) -> {
            PreparedStatement statement = prepare(connection);
            columns(statement, product);
            statement.close();
            return true;
        });
    }

    /** Returns the address of the database without its settings, and the names of the tables of the query. */
    @Override
    public String identity() {
        return name;
    }

    @Override
    public Instant now() throws SQLException {
        return reading((connection, product) -> product.now(connection).truncatedTo(ChronoUnit.MICROS));
    }

    /**
     * Passes every row with {@code from <= last_modified_date < until} to {@code each}. If the database itself refuses
     * a row, for example because of a cast that fails, the other rows are found by their keys. Some rows may then be
     * passed twice.
     *
     * @throws IllegalArgumentException if the query, its columns or their types must be changed; the message says how
     * @throws SQLException if the database cannot be reached, or the connection breaks
     * @throws Exception the exception that {@code each} throws
     */
    @Override
    public void records(Instant from, Instant until, RecordSink each) throws Exception {
        try {
            reading((connection, product) -> {
                PreparedStatement statement = prepare(connection);
                Columns columns = columns(statement, product);
                TimeForm form = product == DatabaseProduct.SQLITE
                        ? firstRowsForm(statement, columns)
                        : columns.lastModifiedForm();
                TimeForm.Asked asked = form.ask(from, until, columns.zone(), product.beginning(form));
                trial.begin();
                Salvage.Rows<Refused> rows = row -> takeAsked(row, from, until, asked, each);
                try {
                    read(statement, columns, form, asked, rows);
                    trial.check(statement, form, columns, product, asked);
                } catch (SQLException e) {
                    if (!Salvage.isOfRow(e)) throw e;
                    new Salvage(connection, query, columns, asked, fetchSize)
                            .read(e, form, () -> beginAgain(connection, product), rows);
                }
                // Close only after success. After a failure, closing would first fetch all remaining rows.
                statement.close();
                return true;
            });
        } catch (Refused e) {
            throw e.refusal;
        }
    }

    private static void read(
            PreparedStatement statement,
            Columns columns,
            TimeForm form,
            TimeForm.Asked asked,
            Salvage.Rows<Refused> each)
            throws SQLException, Refused {
        statement.setObject(1, asked.from());
        statement.setObject(2, asked.until());
        ResultSet rows = statement.executeQuery();
        while (rows.next()) each.take(columns.read(rows, form));
    }

    private void takeAsked(Columns.Row row, Instant from, Instant until, TimeForm.Asked asked, RecordSink each)
            throws SQLException, Refused {
        if (closed) throw new SQLException("The source was closed during the poll.");
        trial.saw(row.lastModified().orElse(null));
        if (row.lastModified().isPresent()) {
            Instant at = row.lastModified().get();
            checkAsked(at, asked);
            if (at.isBefore(from) || !at.isBefore(until)) return;
        }
        take(row, each);
    }

    private void beginAgain(Connection connection, DatabaseProduct product) throws SQLException {
        connection.rollback();
        product.beginReading(connection, zone == null ? ZoneOffset.UTC : zone);
    }

    /** Reads from a connection within a transaction. */
    @FunctionalInterface
    private interface Reading<T, E extends Exception> {
        T with(Connection connection, DatabaseProduct product) throws SQLException, E;
    }

    private <T, E extends Exception> T reading(Reading<T, E> reading) throws SQLException, E {
        if (closed) throw new IllegalStateException("The source is closed. Build a new one.");
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
        DatabaseProduct product = DatabaseProduct.of(connection);
        DatabaseProduct.Restoring restoring = product.beginReading(connection, zone == null ? ZoneOffset.UTC : zone);
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

    /**
     * Limits how long the connection waits for the network. Otherwise a database that has silently disappeared would
     * block the poll for ever. Returns the previous limit, in milliseconds.
     */
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
            // The driver has no such limit, for example because the database has no network.
        }
    }

    private PreparedStatement prepare(Connection connection) throws SQLException {
        PreparedStatement statement =
                connection.prepareStatement(query, ResultSet.TYPE_FORWARD_ONLY, ResultSet.CONCUR_READ_ONLY);
        statement.setFetchSize(fetchSize);
        statement.setQueryTimeout((int) Math.max(1, statementTimeout.toSeconds()));
        int parameters = statement.getParameterMetaData().getParameterCount();
        if (parameters != 2)
            throw new IllegalArgumentException("The query must have 2 parameters, and has " + parameters
                    + ". Write: … WHERE modified >= ? AND modified < ?"
                    + (parameters > 2 ? OPERATORS : ""));
        return statement;
    }

    private Columns columns(PreparedStatement statement, DatabaseProduct product) throws SQLException {
        ResultSetMetaData found = statement.getMetaData();
        if (found == null || found.getColumnCount() == 0)
            throw new IllegalArgumentException("The query returns no columns. Use a SELECT.");
        return Columns.of(found, needed, product, zone);
    }

    /**
     * Finds the form of SQLite's rows. SQLite orders numbers before text and text before bytes, so the smallest number
     * and the largest bytes, as the two parameters, find rows of any form.
     */
    private static TimeForm firstRowsForm(PreparedStatement statement, Columns columns) throws SQLException {
        statement.setLong(1, Long.MIN_VALUE);
        statement.setBytes(2, new byte[] {(byte) 0xff});
        statement.setMaxRows(FIRST_ROWS);
        try (ResultSet rows = statement.executeQuery()) {
            return columns.firstForm(rows);
        } finally {
            statement.setMaxRows(0);
        }
    }

    private void checkAsked(Instant at, TimeForm.Asked asked) {
        if (!at.isBefore(asked.earliest()) && at.isBefore(asked.latest())) return;
        throw new IllegalArgumentException("The query returned a row with " + needed.lastModified() + " = " + at
                + ", which is not between its parameters, " + asked.earliest() + " and " + asked.latest()
                + ". Compare both parameters with the same column that the query returns as " + needed.lastModified()
                + ".");
    }

    /**
     * Carries an exception of the sink past the code that handles failures of the database. A sink can throw any
     * exception.
     */
    private static final class Refused extends Exception {
        private static final long serialVersionUID = 1;

        private final transient Exception refusal;

        private Refused(Exception refusal) {
            super(refusal);
            this.refusal = refusal;
        }
    }

    private static void take(Columns.Row row, RecordSink each) throws Refused {
        try {
            if (row instanceof Columns.Good good) each.take(good.record());
            else if (row instanceof Columns.Bad bad) each.takeUnreadable(bad.row());
        } catch (Exception e) {
            throw new Refused(e);
        }
    }

    private IllegalArgumentException refused(SQLException e) {
        SQLException safe = connections.withoutPassword(e);
        return new IllegalArgumentException(
                "The query must be changed, since " + connections + " rejects it: " + oneLine(safe) + "."
                        + (QueryText.parameters(query) > 2 ? OPERATORS : ""),
                safe);
    }

    private SQLException readable(SQLException e) {
        if (closed) return new SQLException("The source was closed while it was reading from " + connections + ".", e);
        SQLException safe = connections.withoutPassword(e);
        return new SQLException(
                "Reading from " + connections + " failed: " + oneLine(safe) + ". No record of this poll is kept.",
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
            // After a failure, an ordinary close might first read the remaining rows, or wait for a database that
            // has disappeared.
            if (!whole) connection.abort(Runnable::run);
            connection.close();
        } catch (SQLException e) {
            // Ignore the failure of the close. Either the result has been read, or the failure of the poll is already
            // being thrown.
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

    /** Builds a source. A database and a query are required. Not thread-safe. */
    public static final class Builder {
        private @Nullable DataSource dataSource;
        private @Nullable String url;
        private @Nullable String user;
        private @Nullable Supplier<String> password;
        private final Map<String, Supplier<String>> driverSecrets = new LinkedHashMap<>();
        private List<Path> driverJars = List.of();
        private String query = "";
        private Columns.Needed needed = new Columns.Needed(
                "request_id", "last_modified_date", List.of("service_id", "opening_date", "status_id"), List.of());
        private @Nullable ZoneId zone;
        private int fetchSize = 1_000;
        private Duration statementTimeout = Duration.ofMinutes(10);

        private Builder() {}

        /**
         * Sets a pool or another source of connections, instead of a URL. The caller still owns the data source, and
         * closes it.
         *
         * @param dataSource returns connections that may read the table
         * @return this
         */
        public Builder dataSource(DataSource dataSource) {
            this.dataSource = dataSource;
            return this;
        }

        /**
         * Sets the URL of the database, instead of a data source. Each poll opens a connection.
         *
         * @param url a JDBC URL without a password, such as {@code jdbc:postgresql://db.example/shop}
         * @return this
         */
        public Builder url(String url) {
            this.url = url;
            return this;
        }

        /**
         * Sets the user's name, for a URL.
         *
         * @param user the name
         * @return this
         */
        public Builder user(String user) {
            this.user = user;
            return this;
        }

        /**
         * Sets the user's password, for a URL.
         *
         * @param password supplies the password; called at each connect, so that the password can be rotated
         * @return this
         */
        public Builder password(Supplier<String> password) {
            this.password = password;
            return this;
        }

        /**
         * Sets another secret that the driver needs, such as {@code trustStorePassword}, for a URL. The secret is
         * passed to the driver as the property of that name.
         *
         * @param name the name of the property
         * @param secret supplies the secret; called at each connect
         * @return this
         */
        public Builder driverSecret(String name, Supplier<String> secret) {
            driverSecrets.put(name, secret);
            return this;
        }

        /**
         * Sets the jar of the driver and the jars that the driver needs. Only a source with a JDBC URL has a driver.
         * The jars are loaded separately from the program. By default the driver must be on the class path.
         *
         * @param jars the files; an empty list stands for the class path
         * @return this
         */
        public Builder driverJars(List<Path> jars) {
            this.driverJars = List.copyOf(jars);
            return this;
        }

        /**
         * Sets the query; see {@link JdbcSource}. A byte order mark before the query, and semicolons and comments
         * behind it, are removed.
         *
         * @param sql a SELECT with two parameters and no LIMIT, at most 100,000 characters
         * @return this
         * @throws IllegalArgumentException if the query has a LIMIT, since rows beyond it would never be sent
         */
        public Builder query(String sql) {
            this.query = QueryText.of(sql);
            return this;
        }

        /**
         * Sets which columns the query must have, for an encoder of your own. By default these are {@code request_id},
         * {@code last_modified_date}, {@code service_id}, {@code opening_date} and {@code status_id}. If the query has
         * more columns, they are sent, too.
         *
         * @param id the column that identifies a record; its values are never null
         * @param lastModified the column with the time of the last change of a record; its values are never null
         * @param others the other columns that the query must have
         * @return this
         */
        public Builder columns(String id, String lastModified, String... others) {
            this.needed = new Columns.Needed(id, lastModified, List.of(others), needed.key());
            return this;
        }

        /**
         * Sets which columns identify a record: two rows with the same values in these columns are versions of one
         * record. By default this is {@code request_id}, together with {@code service_id} if the query has both, since
         * many systems number the requests of each service separately. If {@link #columns} sets another id, the default
         * is that id.
         *
         * @param columns one or several columns of the query; their values are never null
         * @return this
         */
        public Builder key(String... columns) {
            this.needed = new Columns.Needed(needed.id(), needed.lastModified(), needed.others(), List.of(columns));
            return this;
        }

        /**
         * Sets the time zone of columns that hold local times. The zone is required if the query has such columns,
         * except with SQLite, where the default is UTC. With PostgreSQL this zone is also the zone of the database
         * session, so that casts and {@code to_char} show local times; by default, sessions are in UTC. With MariaDB
         * and MySQL, sessions are always in UTC. With other databases, the zone of the session is not changed.
         *
         * @param zone for example {@code Europe/Berlin}
         * @return this
         */
        public Builder zone(ZoneId zone) {
            this.zone = zone;
            return this;
        }

        /**
         * Sets how many rows are fetched at a time.
         *
         * @param rows 1 to 100,000; 1,000 by default
         * @return this
         */
        public Builder fetchSize(int rows) {
            if (rows < 1 || rows > 100_000)
                throw new IllegalArgumentException("fetchSize is " + rows + ". It must be between 1 and 100,000.");
            this.fetchSize = rows;
            return this;
        }

        /**
         * Sets how long the database may take to answer a query. With MariaDB, this includes the time until the last
         * row is read. When the time is over, the query is cancelled, and the poll fails.
         *
         * @param timeout 1 s to 24 h; 10 min by default
         * @return this
         */
        public Builder statementTimeout(Duration timeout) {
            if (timeout.compareTo(Duration.ofSeconds(1)) < 0 || timeout.compareTo(Duration.ofHours(24)) > 0)
                throw new IllegalArgumentException("statementTimeout is "
                        + (timeout.isNegative() ? "negative" : Durations.text(timeout))
                        + ". It must be between 1 s and 24 h.");
            this.statementTimeout = timeout;
            return this;
        }

        /**
         * Builds the source. This does not connect to the database; {@link JdbcSource#check} does.
         *
         * @return the source
         * @throws IllegalArgumentException if a setting is missing, the URL contains a password, or no driver supports
         *     the URL
         */
        public JdbcSource build() {
            if (query.isEmpty()) throw new IllegalArgumentException("The query is missing: call query(sql).");
            if (query.length() > QUERY_CHARACTERS_MAX)
                throw new IllegalArgumentException("query has " + query.length() + " characters. It must have at most "
                        + QUERY_CHARACTERS_MAX + ".");
            if ((dataSource == null) == (url == null))
                throw new IllegalArgumentException(
                        dataSource == null
                                ? "The database is missing: call url(…) or dataSource(…)."
                                : "Both url(…) and dataSource(…) are set. Set only one of them.");
            if (dataSource != null) return new JdbcSource(this, new PooledConnections(dataSource));
            String where = Objects.requireNonNull(url);
            return new JdbcSource(this, new UrlConnections(where, user, password, driverSecrets, driverJars));
        }
    }
}
