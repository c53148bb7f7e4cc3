package io.gapless.hosts;

import io.gapless.recovery.ledger.Span;
import io.gapless.recovery.state.AcknowledgedIds;
import io.gapless.recovery.state.SharedState;
import io.gapless.recovery.state.StateStore;
import io.gapless.stream.seam.Seams;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.postgresql.ds.PGSimpleDataSource;

/**
 * Runs the PostgreSQL that holds the shared state and the sink, with all writes made durable. A trigger notes the ids
 * that each term has committed, as the state of a stream of its own, which is named after the term. Used by one thread.
 */
final class Database implements AutoCloseable {
    static final String STREAM = "cats";

    private static final String NOTE_COMMITTED = """
            CREATE FUNCTION sink.note_committed() RETURNS trigger LANGUAGE plpgsql AS $$
            BEGIN
                INSERT INTO gapless.acknowledged (stream, first, steps)
                SELECT NEW.stream || '.' || term, NEW.first, NEW.steps FROM gapless.lease WHERE stream = NEW.stream
                ON CONFLICT (stream, first) DO UPDATE SET steps = excluded.steps;
                RETURN NULL;
            END $$;
            CREATE TRIGGER note_committed AFTER INSERT OR UPDATE ON gapless.acknowledged
            FOR EACH ROW WHEN (NEW.stream = 'cats') EXECUTE FUNCTION sink.note_committed()""";

    private final Path directory;
    private EmbeddedPostgres server;
    /** The connection for all questions, since each new one costs the server a process; null if there is none. */
    private @Nullable Connection asking;

    /** The lease's row. */
    record Holder(String name, long term) {}

    /** The first post that was handled in a term. */
    record FirstPost(long term, Instant at) {}

    /** A post that was handled more than once, and the terms in which it was. */
    record Repeat(long id, List<Long> terms) {}

    Database(Path directory) throws IOException, SQLException {
        this.directory = directory;
        server = start(0);
        state(STREAM).take().orElseThrow().close();
        try (Connection connection = connect();
                Statement statement = connection.createStatement()) {
            Sink.create(statement);
            statement.execute(NOTE_COMMITTED);
        }
    }

    private EmbeddedPostgres start(int port) throws IOException {
        return EmbeddedPostgres.builder()
                .setDataDirectory(directory)
                .setCleanDataDirectory(false)
                .setPort(port)
                .setServerConfig("fsync", "on")
                .setServerConfig("synchronous_commit", "on")
                .setServerConfig("full_page_writes", "on")
                .start();
    }

    void restart() throws IOException, SQLException {
        hangUp();
        int port = server.getPort();
        server.close();
        server = start(port);
    }

    int port() {
        return server.getPort();
    }

    /** Returns the JDBC URL of the database at a port, which may be that of a cable. */
    static String url(int port) {
        return "jdbc:postgresql://127.0.0.1:" + port + "/postgres?user=postgres";
    }

    private SharedState state(String stream) {
        PGSimpleDataSource source = new PGSimpleDataSource();
        source.setUrl(url(port()));
        return new SharedState(
                source, stream, SharedState.LEASE_MIN, Seams.system().time());
    }

    private Connection connect() throws SQLException {
        PGSimpleDataSource source = new PGSimpleDataSource();
        source.setUrl(url(port()));
        return source.getConnection();
    }

    /** Reads rows. */
    private interface Rows<T> {
        T read(ResultSet rows) throws SQLException;
    }

    private <T> T read(String query, Rows<T> rows, Object... values) throws SQLException {
        Connection connection = asking == null ? connect() : asking;
        asking = connection;
        try (PreparedStatement statement = connection.prepareStatement(query)) {
            for (int i = 0; i < values.length; i++) statement.setObject(i + 1, values[i]);
            try (ResultSet found = statement.executeQuery()) {
                return rows.read(found);
            }
        }
    }

    private long number(String query, Object... values) throws SQLException {
        return read(query, rows -> rows.next() ? rows.getLong(1) : 0, values);
    }

    /** Returns who holds the stream now. */
    Optional<Holder> holder() throws SQLException {
        return read(
                "SELECT holder, term FROM gapless.lease WHERE stream = ? AND until >= clock_timestamp()",
                rows -> rows.next() ? Optional.of(new Holder(rows.getString(1), rows.getLong(2))) : Optional.empty(),
                STREAM);
    }

    /** Returns the newest of the posts that a term has handled lately; 0 if there is none. */
    long newestId(long term) throws SQLException {
        return number(
                "SELECT max(id) FROM (SELECT id FROM sink.handled WHERE term = ? ORDER BY n DESC LIMIT 2000) AS lately",
                term);
    }

    /** Returns the first post of a newer term. */
    Optional<FirstPost> firstAfter(long term) throws SQLException {
        return read(
                "SELECT term, at FROM sink.handled WHERE term > ? ORDER BY term, n LIMIT 1",
                rows -> rows.next()
                        ? Optional.of(new FirstPost(
                                rows.getLong(1),
                                rows.getObject(2, OffsetDateTime.class).toInstant()))
                        : Optional.empty(),
                term);
    }

    /** Returns how many posts of a term an older term had handled already. */
    long repeatedIn(long term) throws SQLException {
        return number(
                "SELECT count(*) FROM sink.handled AS later WHERE term = ? AND EXISTS"
                        + " (SELECT FROM sink.handled AS earlier WHERE earlier.id = later.id AND earlier.n < later.n)",
                term);
    }

    /** Returns how many posts of an older term are in the sink behind one of a newer term. */
    long outOfOrder() throws SQLException {
        return number("SELECT count(*) FROM (SELECT term, max(term) OVER (ORDER BY n) AS newest FROM sink.handled)"
                + " AS rows WHERE term < newest");
    }

    /** Returns how many posts of an older term the sink has refused. */
    long refused() throws SQLException {
        return number("SELECT count(DISTINCT (term, id)) FROM sink.refused");
    }

    long handled() throws SQLException {
        return number("SELECT count(*) FROM sink.handled");
    }

    AcknowledgedIds handledIds() throws SQLException {
        return read("SELECT id FROM sink.handled", rows -> {
            long[] ids = new long[1 << 20];
            int count = 0;
            while (rows.next()) {
                if (count == ids.length) ids = Arrays.copyOf(ids, 2 * count);
                ids[count++] = rows.getLong(1);
            }
            return AcknowledgedIds.of(Arrays.copyOf(ids, count));
        });
    }

    List<Repeat> repeats() throws SQLException {
        return read("SELECT id, array_agg(term ORDER BY n) FROM sink.handled GROUP BY id HAVING count(*) > 1", rows -> {
            List<Repeat> repeats = new ArrayList<>();
            while (rows.next())
                repeats.add(new Repeat(
                        rows.getLong(1), List.of((Long[]) rows.getArray(2).getArray())));
            return repeats;
        });
    }

    /** Returns the ids that a term has committed. */
    AcknowledgedIds committedIn(long term) {
        try (StateStore store = state(STREAM + "." + term).take().orElseThrow()) {
            return AcknowledgedIds.read(store, new Span(Instant.EPOCH, Instant.MAX));
        }
    }

    private void hangUp() throws SQLException {
        Connection open = asking;
        asking = null;
        if (open != null) open.close();
    }

    @Override
    public void close() throws IOException, SQLException {
        hangUp();
        server.close();
    }
}
