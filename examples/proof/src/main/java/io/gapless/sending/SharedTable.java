package io.gapless.sending;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.gapless.recovery.outbox.JdbcSource;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import javax.sql.DataSource;

/**
 * Creates a typical table of PostgreSQL, and changes its rows. A trigger sets the time of change of each changed row to
 * {@code now()}, which is the time at which the transaction began. Writers on several threads change the table at once;
 * each transaction uses its own connection.
 */
final class SharedTable {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int ROWS_AT_FIRST = 500;
    private static final int SERVICES = 3;
    private static final int CHANGES_MAX = 5;
    private static final int OPEN_MAX_MILLIS = 4_000;

    private final EmbeddedPostgres postgres;
    private final DataSource database;
    private final AtomicLong ids = new AtomicLong();
    private final AtomicLong commits = new AtomicLong();

    private SharedTable(EmbeddedPostgres postgres) {
        this.postgres = postgres;
        this.database = postgres.getPostgresDatabase();
    }

    static SharedTable create(EmbeddedPostgres postgres) throws SQLException {
        SharedTable table = new SharedTable(postgres);
        try (Connection connection = table.database.getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute("""
                    CREATE TABLE request (id bigint, service text, status int NOT NULL, note text,
                            opened timestamptz NOT NULL DEFAULT now(), modified timestamptz NOT NULL DEFAULT now(),
                            PRIMARY KEY (id, service));
                    CREATE INDEX ON request (modified);
                    CREATE FUNCTION stamp() RETURNS trigger LANGUAGE plpgsql
                            AS $$ BEGIN NEW.modified := now(); RETURN NEW; END $$;
                    CREATE TRIGGER stamp BEFORE INSERT OR UPDATE ON request FOR EACH ROW EXECUTE FUNCTION stamp()""");
            for (int i = 0; i < ROWS_AT_FIRST; i++) table.insert(connection, new Random(i));
        }
        return table;
    }

    JdbcSource source() {
        return JdbcSource.builder()
                .url(postgres.getJdbcUrl("postgres", "postgres"))
                .user("postgres")
                .query("""
                        SELECT id::text AS request_id, service AS service_id, opened AS opening_date, status AS status_id,
                               modified AS last_modified_date, note
                        FROM request
                        WHERE modified >= ? AND modified < ?
                        """)
                .build();
    }

    /**
     * Runs one transaction of a few changes. Between the changes, the transaction often waits, while other transactions
     * change and commit the same rows.
     */
    void transact(Random random) throws SQLException, InterruptedException {
        try (Connection connection = database.getConnection()) {
            connection.setAutoCommit(false);
            try {
                int changes = 1 + random.nextInt(CHANGES_MAX);
                for (int i = 0; i < changes; i++) {
                    if (random.nextInt(10) == 0) insert(connection, random);
                    else update(connection, random);
                    if (random.nextInt(4) == 0) Thread.sleep(random.nextInt(OPEN_MAX_MILLIS / CHANGES_MAX));
                }
                if (random.nextInt(10) == 0) {
                    connection.rollback();
                } else {
                    connection.commit();
                    commits.incrementAndGet();
                }
            } catch (SQLException e) {
                // A deadlock (40P01) is expected: two writers have locked the same rows in different orders, and
                // PostgreSQL has ended one of the two transactions.
                connection.rollback();
                if (!"40P01".equals(e.getSQLState())) throw e;
            }
        }
    }

    private void insert(Connection connection, Random random) throws SQLException {
        try (PreparedStatement insert =
                connection.prepareStatement("INSERT INTO request (id, service, status, note) VALUES (?, ?, 1, ?)")) {
            // Several services use the same id: an id is unique only within its service.
            long id = ids.getAndIncrement();
            insert.setLong(1, id / SERVICES);
            insert.setString(2, "s" + id % SERVICES);
            insert.setString(3, note(random));
            insert.executeUpdate();
        }
    }

    private void update(Connection connection, Random random) throws SQLException {
        long id = random.nextLong(ids.get());
        try (PreparedStatement update = connection.prepareStatement(
                "UPDATE request SET status = 1 + status % 9, note = ? WHERE id = ? AND service = ?")) {
            update.setString(1, note(random));
            update.setLong(2, id / SERVICES);
            update.setString(3, "s" + id % SERVICES);
            update.executeUpdate();
        }
    }

    /** Returns one of three notes. There are so few that a row sometimes gets a content that it had before. */
    private static String note(Random random) {
        return "note " + random.nextInt(3);
    }

    long commits() {
        return commits.get();
    }

    /** Returns the content of each row of the table, by the row's key. */
    Map<String, String> rows() throws SQLException {
        Map<String, String> rows = new HashMap<>();
        try (Connection connection = database.getConnection();
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SELECT id, service, status, note FROM request")) {
            while (row.next())
                rows.put(key(row.getString(1), row.getString(2)), content(row.getString(3), row.getString(4)));
        }
        return rows;
    }

    /**
     * Reads the body of a request, and puts the content of each of its records into {@code rows}. Returns how many
     * records the body has.
     */
    static int read(byte[] body, Map<String, String> rows) {
        try {
            int records = 0;
            for (JsonNode record : JSON.readTree(body)) {
                rows.put(
                        key(
                                record.get("request_id").asText(),
                                record.get("service_id").asText()),
                        content(
                                record.get("status_id").asText(),
                                record.get("note").asText()));
                records++;
            }
            return records;
        } catch (IOException e) {
            throw new UncheckedIOException("A body is not JSON.", e);
        }
    }

    private static String key(String id, String service) {
        return service + "/" + id;
    }

    private static String content(String status, String note) {
        return status + ", " + note;
    }
}
