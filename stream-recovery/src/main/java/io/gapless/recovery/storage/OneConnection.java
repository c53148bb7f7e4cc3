package io.gapless.recovery.storage;

import java.sql.Connection;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/**
 * Holds a connection to the database, and lets one thread at a time use it. A failure closes the connection, which
 * rolls the transaction back; the next use opens a new connection. Thread-safe; its monitor guards all fields.
 */
public final class OneConnection implements SqliteAccess {
    /** Opens a connection when one is needed. */
    @FunctionalInterface
    public interface Opener {
        /**
         * Opens a connection.
         *
         * @return the connection
         * @throws SQLException if SQLite fails
         */
        Connection open() throws SQLException;
    }

    private final SqliteFile file;
    private final Opener opener;
    private @Nullable Connection connection;
    private boolean closed;

    /**
     * Creates the holder without opening a connection.
     *
     * @param file names the file in messages
     * @param opener opens the connections
     */
    public OneConnection(SqliteFile file, Opener opener) {
        this.file = file;
        this.opener = opener;
    }

    @Override
    public synchronized <T> T use(Work<T> work) {
        if (closed) throw new IllegalStateException(file.kind().noun() + " in " + file.directory() + " is closed.");
        boolean done = false;
        try {
            if (connection == null) connection = opener.open();
            T result = work.with(connection);
            done = true;
            return result;
        } catch (SQLException e) {
            throw file.failures().of(e);
        } finally {
            if (!done) discard();
        }
    }

    private void discard() {
        if (connection == null) return;
        try {
            connection.close();
        } catch (SQLException e) {
            // A failed close loses nothing that must be kept: committed changes are in the log, and uncommitted ones
            // must not be kept.
        } finally {
            connection = null;
        }
    }

    @Override
    public synchronized void close() {
        closed = true;
        discard();
    }
}
