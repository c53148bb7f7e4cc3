package io.gapless.recovery.sqlite;

import java.sql.Connection;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/**
 * Holds a connection to the database, which one thread uses at a time. After any failure the connection is closed,
 * which rolls the transaction back, and the next use opens a new one. Thread-safe, by its monitor.
 */
public final class OneConnection implements AutoCloseable {
    /** Opens a connection. */
    @FunctionalInterface
    public interface Opener {
        /**
         * Opens a connection.
         *
         * @return the connection
         * @throws SQLException as SQLite does
         */
        Connection open() throws SQLException;
    }

    /**
     * Work on a connection.
     *
     * @param <T> the type of the result
     */
    @FunctionalInterface
    public interface Work<T> {
        /**
         * Does the work.
         *
         * @param connection the connection, to be used during the call only
         * @return the result
         * @throws SQLException as SQLite does
         */
        T with(Connection connection) throws SQLException;
    }

    private final SqliteFile file;
    private final Opener opener;
    private @Nullable Connection connection;
    private boolean closed;

    /**
     * Creates the holder. It opens no connection yet.
     *
     * @param file names the file in messages
     * @param opener opens the connections
     */
    public OneConnection(SqliteFile file, Opener opener) {
        this.file = file;
        this.opener = opener;
    }

    /**
     * Does some work while other threads wait.
     *
     * @param work what to do
     * @param <T> the type of the result
     * @return the result of the work
     * @throws io.gapless.recovery.state.StateException if SQLite fails
     */
    public synchronized <T> T use(Work<T> work) {
        if (closed) throw new IllegalStateException(file.kind().noun() + " in " + file.directory() + " is closed.");
        boolean done = false;
        try {
            if (connection == null) connection = opener.open();
            T result = work.with(connection);
            done = true;
            return result;
        } catch (SQLException e) {
            throw file.trouble().of(e);
        } finally {
            if (!done) giveUp();
        }
    }

    private void giveUp() {
        if (connection == null) return;
        try {
            connection.close();
        } catch (SQLException e) {
            // What was committed is safe in the log, and what was not is to be lost.
        } finally {
            connection = null;
        }
    }

    @Override
    public synchronized void close() {
        closed = true;
        giveUp();
    }
}
