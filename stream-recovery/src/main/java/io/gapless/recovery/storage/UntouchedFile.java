package io.gapless.recovery.storage;

import io.gapless.recovery.ledger.StateException;
import java.sql.Connection;
import java.sql.SQLException;

/**
 * Reads a database file that another process may own, and leaves the directory as it is. SQLite usually creates a log
 * and shared memory even to read. A file that no process has open has no log, so it can be read as an immutable file,
 * without both. If an owner opens the file while the work runs, the work runs again, with the owner's log. So the work
 * must have no effect but its result. Thread-safe; its monitor lets one thread at a time read.
 */
public final class UntouchedFile implements DatabaseAccess {
    /**
     * How many times the work is tried on the immutable file. If an owner has opened the file during each try, SQLite
     * may create a log and shared memory.
     */
    private static final int TRIES_MAX = 3;

    private final SqliteFile file;

    /**
     * Creates the reader without opening the file.
     *
     * @param file the file
     */
    public UntouchedFile(SqliteFile file) {
        this.file = file;
    }

    @Override
    public synchronized <T> T use(Work<T> work) {
        for (int i = 0; i < TRIES_MAX; i++) {
            SqliteFile.Stamp before = file.stamp();
            if (before.hasLog()) break;
            try (Connection connection = file.openImmutable()) {
                T result = work.with(connection);
                if (file.stamp().equals(before)) return result;
            } catch (SQLException | StateException e) {
                // A file that changed during the work may seem damaged.
                if (file.stamp().equals(before)) throw failure(e);
            }
        }
        try (Connection connection = file.openToRead()) {
            return work.with(connection);
        } catch (SQLException e) {
            throw failure(e);
        }
    }

    private RuntimeException failure(Exception e) {
        return e instanceof SQLException failed ? file.failures().of(failed) : (StateException) e;
    }

    /** Does nothing, because each use closes its connection. */
    @Override
    public void close() {}
}
