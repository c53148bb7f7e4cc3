package io.gapless.recovery.state;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import org.sqlite.SQLiteConfig;
import org.sqlite.SQLiteOpenMode;

/**
 * The file {@code gapless.db}: made, checked, opened. Its tables (times are milliseconds since 1970, X's unless said):
 *
 * <pre>
 *  schema_version   version
 *  frontier         id = 1 │ at_ms │ oldest_unacknowledged_ms
 *  gap              id │ until_ms, rounded up │ is_open 0/1 │ json, see GapJson
 *  acknowledged     id                        posts whose ids tell their time
 *  acknowledged_timeless  id │ at_ms          the others; our clock
 *  dead_letter      id │ line │ cause │ at_ms
 *  note             name │ value
 *  spent            day, ISO 8601, UTC │ posts
 *  request          id │ kind │ arguments │ asked_ms │ answer │ is_done 0/1 │ answered_ms; our clocks
 * </pre>
 *
 * <p>PostgreSQL can share the statements, and the schema but for one word: in SQLite a 64-bit key is the row's own number
 * only if it is called INTEGER; PostgreSQL calls it BIGINT. What only SQLite has are the pragmas, all of them in this
 * class, and BEGIN IMMEDIATE.
 */
final class Database {
    static final long SCHEMA = 1;

    private static final String FILE = "gapless.db";
    private static final String WAL = "gapless.db-wal";
    private static final String UNFINISHED = "gapless.db.new";
    private static final Duration BUSY_WAIT = Duration.ofSeconds(5);
    /** How far the log may stay grown on the disk after a reader has held it open. */
    private static final int WAL_KEPT_BYTES = 16 << 20;

    private static final String[] TABLES = {
        "CREATE TABLE schema_version (version BIGINT NOT NULL)",
        "INSERT INTO schema_version (version) VALUES (" + SCHEMA + ")",
        "CREATE TABLE frontier (id INTEGER PRIMARY KEY, at_ms BIGINT NOT NULL,"
                + " oldest_unacknowledged_ms BIGINT NOT NULL)",
        "CREATE TABLE gap (id INTEGER PRIMARY KEY, until_ms BIGINT NOT NULL, is_open BIGINT NOT NULL,"
                + " json TEXT NOT NULL)",
        "CREATE INDEX open_gap ON gap (id) WHERE is_open = 1",
        "CREATE TABLE acknowledged (id INTEGER PRIMARY KEY)",
        "CREATE TABLE acknowledged_timeless (id INTEGER PRIMARY KEY, at_ms BIGINT NOT NULL)",
        "CREATE TABLE dead_letter (id INTEGER PRIMARY KEY, line BYTEA NOT NULL, cause TEXT NOT NULL,"
                + " at_ms BIGINT NOT NULL)",
        "CREATE TABLE note (name TEXT PRIMARY KEY, value TEXT NOT NULL)",
        "CREATE TABLE spent (day TEXT PRIMARY KEY, posts BIGINT NOT NULL)",
        "CREATE TABLE request (id INTEGER PRIMARY KEY, kind TEXT NOT NULL, arguments TEXT NOT NULL,"
                + " asked_ms BIGINT NOT NULL, answer TEXT, is_done BIGINT, answered_ms BIGINT)"
    };

    private Database() {}

    static boolean exists(Path directory) {
        return Files.exists(directory.resolve(FILE));
    }

    /**
     * Makes an empty one, if there is none. It gets its name when it is whole, so a crash leaves none or a good one, and
     * a file that was cut down to nothing is not taken for a new one. Only the owner may call this.
     */
    static void createIfAbsent(Path directory) throws IOException, SQLException {
        if (exists(directory)) return;
        Path wal = directory.resolve(WAL);
        // SQLite would play the old log into the new file.
        if (Files.exists(wal) && Files.size(wal) > 0)
            throw Trouble.damaged(directory, FILE + " is missing, but its log " + WAL + " is there", null);
        Path unfinished = directory.resolve(UNFINISHED);
        for (String end : new String[] {"", "-wal", "-shm", "-journal"})
            Files.deleteIfExists(directory.resolve(UNFINISHED + end));
        PrivateFiles.createIfAbsent(unfinished);
        try (Connection connection = connect(unfinished, false);
                Statement statement = connection.createStatement()) {
            connection.setAutoCommit(false);
            for (String table : TABLES) statement.execute(table);
            connection.commit();
        }
        Files.move(unfinished, directory.resolve(FILE), StandardCopyOption.ATOMIC_MOVE);
        PrivateFiles.sync(directory);
    }

    /**
     * Looks over the whole file without changing it.
     *
     * @throws StateException if it is damaged or newer
     */
    static void check(Path directory) throws SQLException {
        try (Connection connection = connect(directory.resolve(FILE), true);
                Statement statement = connection.createStatement()) {
            statement.execute("PRAGMA cell_size_check = 1");
            checkVersion(directory, statement);
            try (ResultSet found = statement.executeQuery("PRAGMA quick_check(1)")) {
                String first = found.next() ? found.getString(1) : "no answer";
                if (!first.equals("ok"))
                    throw Trouble.damaged(directory, first.strip().replace('\n', ' '), null);
            }
        }
    }

    private static void checkVersion(Path directory, Statement statement) throws SQLException {
        try (ResultSet row = statement.executeQuery("SELECT version FROM schema_version")) {
            if (!row.next()) throw Trouble.damaged(directory, "it has no schema version", null);
            long version = row.getLong(1);
            if (version > SCHEMA) throw Trouble.newer(directory, version, SCHEMA);
            if (version != SCHEMA) throw Trouble.damaged(directory, "no version has schema " + version, null);
        }
    }

    static Connection openToWrite(Path directory) throws SQLException {
        return connect(directory.resolve(FILE), false);
    }

    /** Checks the version only: looking over the whole file is the owner's, once. */
    static Connection openToRead(Path directory) throws SQLException {
        Connection connection = connect(directory.resolve(FILE), true);
        try (Statement statement = connection.createStatement()) {
            checkVersion(directory, statement);
            return connection;
        } catch (SQLException | StateException e) {
            connection.close();
            throw e;
        }
    }

    static long bytes(Path directory) {
        return directory.resolve(FILE).toFile().length()
                + directory.resolve(WAL).toFile().length();
    }

    private static Connection connect(Path file, boolean readOnly) throws SQLException {
        SQLiteConfig config = new SQLiteConfig();
        config.setReadOnly(readOnly);
        config.resetOpenMode(SQLiteOpenMode.CREATE);
        config.setBusyTimeout((int) BUSY_WAIT.toMillis());
        if (!readOnly) {
            config.setJournalMode(SQLiteConfig.JournalMode.WAL);
            config.setSynchronous(SQLiteConfig.SynchronousMode.FULL);
            config.setJournalSizeLimit(WAL_KEPT_BYTES);
        }
        // As a URI, since SQLite's driver takes what follows a question mark in a plain name for settings.
        return config.createConnection("jdbc:sqlite:" + file.toUri());
    }
}
