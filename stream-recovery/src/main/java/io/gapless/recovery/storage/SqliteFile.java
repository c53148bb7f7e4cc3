package io.gapless.recovery.storage;

import io.gapless.recovery.ledger.StateException;
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
 * Creates, checks and opens one database file in a directory. In the SQL of the state, only the pragmas, which are all
 * in this class, and {@code BEGIN IMMEDIATE} are specific to SQLite.
 *
 * @param kind the kind of file
 * @param directory the directory of the file
 */
public record SqliteFile(FileKind kind, Path directory) {
    private static final Duration BUSY_WAIT = Duration.ofSeconds(5);
    /** The size to which SQLite cuts the log. The log grows beyond this size while a reader holds it open. */
    private static final int WAL_KEPT_BYTES = 16 << 20;

    /**
     * Returns the object that turns failures of this file into exceptions.
     *
     * @return the factory of the exceptions
     */
    public FileFailures failures() {
        return new FileFailures(kind, directory);
    }

    /**
     * Returns whether the file exists.
     *
     * @return true if the file exists
     */
    public boolean exists() {
        return Files.exists(main());
    }

    /**
     * Shows whether the file was opened or changed between two moments.
     *
     * @param hasLog whether SQLite keeps a log beside the file, because a process has it open, or has crashed
     * @param changedMillis when the file itself was last written, in milliseconds since the epoch
     * @param bytes the size of the file itself
     */
    record Stamp(boolean hasLog, long changedMillis, long bytes) {}

    /** Returns size, time of change and log of the file as they are now, to be compared with a later stamp. */
    Stamp stamp() {
        return new Stamp(
                Files.exists(wal()),
                main().toFile().lastModified(),
                main().toFile().length());
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
            throw failures().unwritable(e.toString(), e);
        } catch (SQLException e) {
            throw failures().of(e);
        }
    }

    /**
     * Creates the file under another name and renames it when it is complete. So after a crash the file is either
     * missing or complete, and an existing file that is empty counts as damaged, not as new.
     */
    private void createIfAbsent() throws IOException, SQLException {
        if (exists()) return;
        // Refuse a log without its database file, since SQLite would replay the old log into the new file.
        if (Files.exists(wal()) && Files.size(wal()) > 0)
            throw failures().damaged(kind.file() + " is missing, but its log " + kind.file() + "-wal exists", null);
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
                if (!first.equals("ok")) throw failures().damaged(first.strip().replace('\n', ' '), null);
            }
        }
    }

    private void checkVersion(Statement statement) throws SQLException {
        try (ResultSet row = statement.executeQuery("SELECT version FROM schema_version")) {
            if (!row.next()) throw failures().damaged("it has no schema version", null);
            long version = row.getLong(1);
            if (version > kind.schema()) throw failures().newer(version);
            if (version != kind.schema())
                throw failures().damaged("it has schema " + version + ", which no version of Gapless writes", null);
        }
    }

    /**
     * Opens a connection that can write. The file is neither created nor checked.
     *
     * @return a connection that commits each statement by itself, outside of BEGIN and COMMIT
     * @throws SQLException if SQLite fails
     */
    public Connection openToWrite() throws SQLException {
        return connect(main(), false);
    }

    /**
     * Opens a connection that can only read. Only the version is checked here; the owner checks the whole file, in
     * {@link #createAndCheck}.
     *
     * @return a connection that cannot write
     * @throws SQLException if SQLite fails
     */
    public Connection openToRead() throws SQLException {
        return checked(connect(main(), true));
    }

    /**
     * Opens a connection that can only read, and creates no file. It takes no lock and ignores the log, so the file
     * must have no log, and what was read counts only if the {@link #stamp} has stayed the same.
     *
     * @return a connection that cannot write
     * @throws SQLException if SQLite fails, for example because an owner has changed the file during the read
     */
    Connection openImmutable() throws SQLException {
        return checked(configured(true).createConnection("jdbc:sqlite:" + main().toUri() + "?immutable=1"));
    }

    private Connection checked(Connection connection) throws SQLException {
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
     * @return the number of bytes, including the log of the file
     */
    public long bytes() {
        return main().toFile().length() + wal().toFile().length();
    }

    private Connection connect(Path file, boolean readOnly) throws SQLException {
        // Pass a URI, because in a plain path the driver takes everything after a question mark for settings.
        return configured(readOnly).createConnection("jdbc:sqlite:" + file.toUri());
    }

    private SQLiteConfig configured(boolean readOnly) {
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
        return config;
    }
}
