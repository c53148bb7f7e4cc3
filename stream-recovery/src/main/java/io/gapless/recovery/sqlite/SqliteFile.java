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
 * One file of a kind in a directory: made, checked, opened. What only SQLite has are the pragmas, all of them in this
 * class, and BEGIN IMMEDIATE.
 *
 * @param kind which kind
 * @param directory where it lies
 */
public record SqliteFile(FileKind kind, Path directory) {
    private static final Duration BUSY_WAIT = Duration.ofSeconds(5);
    /** How far the log may stay grown on the disk after a reader has held it open. */
    private static final int WAL_KEPT_BYTES = 16 << 20;

    /**
     * Takes the directory to own a file of the kind, and makes an empty one if there is none.
     *
     * @param kind which kind
     * @param directory where; made if need be
     * @param lockWait how long to wait for another owner to end
     * @param time the clocks
     * @return the lock, which names the file; nothing is checked yet
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
     * The words for its failures.
     *
     * @return what makes exceptions
     */
    public Trouble trouble() {
        return new Trouble(kind, directory);
    }

    /**
     * Whether there is one.
     *
     * @return true if the file has its name
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
     * Makes an empty one, if there is none, and looks over the whole file without changing it. Only the owner may call
     * this.
     *
     * @throws StateException if it is damaged, newer, or cannot be written
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
     * It gets its name when it is whole, so a crash leaves none or a good one, and a file that was cut down to nothing is
     * not taken for a new one.
     */
    private void createIfAbsent() throws IOException, SQLException {
        if (exists()) return;
        // SQLite would play the old log into the new file.
        if (Files.exists(wal()) && Files.size(wal()) > 0)
            throw trouble().damaged(kind.file() + " is missing, but its log " + kind.file() + "-wal is there", null);
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
            if (version != kind.schema()) throw trouble().damaged("no version has schema " + version, null);
        }
    }

    /**
     * Connects to write; neither makes nor checks it.
     *
     * @return a connection that commits by itself until it is told to BEGIN
     * @throws SQLException as SQLite does
     */
    public Connection openToWrite() throws SQLException {
        return connect(main(), false);
    }

    /**
     * Connects to read. Checks the version only: looking over the whole file is the owner's, once.
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
     * How much room it takes on the disk.
     *
     * @return bytes, with its log
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
