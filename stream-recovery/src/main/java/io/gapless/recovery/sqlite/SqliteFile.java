package io.gapless.recovery.sqlite;

import io.gapless.recovery.state.StateException;
import io.gapless.stream.seam.Time;
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
 * Creates, checks and opens one file of a kind in a directory. Only the pragmas, all of them in this class, and BEGIN
 * IMMEDIATE are specific to SQLite.
 *
 * @param kind the kind of file
 * @param directory the directory of the file
 */
public record SqliteFile(FileKind kind, Path directory) {
    private static final Duration BUSY_WAIT = Duration.ofSeconds(5);
    /** How far the log may stay grown on the disk after a reader has held it open. */
    private static final int WAL_KEPT_BYTES = 16 << 20;

    /**
     * Locks a file of the kind for this process. The file itself is neither created nor checked yet.
     *
     * @param kind the kind of file
     * @param directory the directory of the file, which is created if it does not exist
     * @param lockWait how long to wait for another owner
     * @param time the clocks
     * @return the lock, which names the file
     */
    public static OwnerLock own(FileKind kind, Path directory, Duration lockWait, Time time) {
        Path real;
        try {
            real = PrivateFiles.createDirectory(directory);
        } catch (IOException e) {
            throw new SqliteFile(kind, directory).trouble().directory(e);
        }
        return OwnerLock.take(new SqliteFile(kind, real), lockWait, time);
    }

    /**
     * Returns the exceptions of this file.
     *
     * @return what creates the exceptions
     */
    public Trouble trouble() {
        return new Trouble(kind, directory);
    }

    /**
     * Returns whether the file exists.
     *
     * @return true if it does
     */
    public boolean exists() {
        return Files.exists(main());
    }

    private Path main() {
        return directory.resolve(kind.file());
    }

    private Path wal() {
        return directory.resolve(kind.file() + "-wal");
    }

    /**
     * Creates an empty file if there is none, and checks the whole file without changing it. Only the owner may call
     * this.
     *
     * @throws StateException if the file is damaged, was written by a newer version, or cannot be written
     */
    public void createAndCheck() {
        try {
            createIfAbsent();
            check();
        } catch (IOException e) {
            throw trouble().unwritable(e.toString(), e);
        } catch (SQLException e) {
            throw trouble().of(e);
        }
    }

    /**
     * It gets its name when it is whole, so a crash leaves none or a good one, and a file that was cut down to nothing
     * is not taken for a new one.
     */
    private void createIfAbsent() throws IOException, SQLException {
        if (exists()) return;
        // SQLite would play the old log into the new file.
        if (Files.exists(wal()) && Files.size(wal()) > 0)
            throw trouble().damaged(kind.file() + " is missing, but its log " + kind.file() + "-wal exists", null);
        String name = kind.file() + ".new";
        Path unfinished = directory.resolve(name);
        for (String end : new String[] {"", "-wal", "-shm", "-journal"})
            Files.deleteIfExists(directory.resolve(name + end));
        PrivateFiles.createIfAbsent(unfinished);
        try (Connection connection = connect(unfinished, false);
                Statement statement = connection.createStatement()) {
            connection.setAutoCommit(false);
            statement.execute("CREATE TABLE schema_version (version BIGINT NOT NULL)");
            statement.execute("INSERT INTO schema_version (version) VALUES (" + kind.schema() + ")");
            for (String table : kind.tables()) statement.execute(table);
            connection.commit();
        }
        Files.move(unfinished, main(), StandardCopyOption.ATOMIC_MOVE);
        PrivateFiles.sync(directory);
    }

    private void check() throws SQLException {
        try (Connection connection = connect(main(), true);
                Statement statement = connection.createStatement()) {
            statement.execute("PRAGMA cell_size_check = 1");
            checkVersion(statement);
            try (ResultSet found = statement.executeQuery("PRAGMA quick_check(1)")) {
                String first = found.next() ? found.getString(1) : "no answer";
                if (!first.equals("ok")) throw trouble().damaged(first.strip().replace('\n', ' '), null);
            }
        }
    }

    private void checkVersion(Statement statement) throws SQLException {
        try (ResultSet row = statement.executeQuery("SELECT version FROM schema_version")) {
            if (!row.next()) throw trouble().damaged("it has no schema version", null);
            long version = row.getLong(1);
            if (version > kind.schema()) throw trouble().newer(version);
            if (version != kind.schema())
                throw trouble().damaged("it has schema " + version + ", which no version of Gapless writes", null);
        }
    }

    /**
     * Opens a connection that can write. It neither creates nor checks the file.
     *
     * @return a connection that commits each statement by itself, outside of BEGIN and COMMIT
     * @throws SQLException as SQLite does
     */
    public Connection openToWrite() throws SQLException {
        return connect(main(), false);
    }

    /**
     * Opens a connection that can only read. It checks the version only; the owner checks the whole file once.
     *
     * @return a connection that cannot write
     * @throws SQLException as SQLite does
     */
    public Connection openToRead() throws SQLException {
        Connection connection = connect(main(), true);
        try (Statement statement = connection.createStatement()) {
            checkVersion(statement);
            return connection;
        } catch (SQLException | StateException e) {
            connection.close();
            throw e;
        }
    }

    /**
     * Returns how much of the disk the file uses.
     *
     * @return bytes, including its log
     */
    public long bytes() {
        return main().toFile().length() + wal().toFile().length();
    }

    private Connection connect(Path file, boolean readOnly) throws SQLException {
        SQLiteConfig config = new SQLiteConfig();
        config.setReadOnly(readOnly);
        config.resetOpenMode(SQLiteOpenMode.CREATE);
        config.setBusyTimeout((int) BUSY_WAIT.toMillis());
        config.setCacheSize(-kind.cacheKibibytes());
        if (!readOnly) {
            config.setJournalMode(SQLiteConfig.JournalMode.WAL);
            config.setSynchronous(SQLiteConfig.SynchronousMode.FULL);
            config.setJournalSizeLimit(WAL_KEPT_BYTES);
        }
        // As a URI, since SQLite's driver takes what follows a question mark in a plain name for settings.
        return config.createConnection("jdbc:sqlite:" + file.toUri());
    }
}
