package io.gapless.recovery.sqlite;

import java.sql.Connection;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/**
 * A connection to the database, used by one thread at a time. After any failure it is given up, which takes back what a
 * transaction had written so far, and the next use makes a new one. The monitor guards it.
 */
public final class OneConnection implements AutoCloseable {
    /** Makes a connection. */
    @FunctionalInterface
    public interface Opener {
        /**
         * Makes one.
         *
         * @return the connection
         * @throws SQLException as SQLite does
         */
        Connection open() throws SQLException;
    }

    /**
     * What is to be done.
     *
     * @param <T> what comes of it
     */
    @FunctionalInterface
    public interface Work<T> {
        /**
         * Does it.
         *
         * @param connection to be used during the call only
         * @return what comes of it
         * @throws SQLException as SQLite does
         */
        T with(Connection connection) throws SQLException;
    }

    private final SqliteFile file;
    private final Opener opener;
    private @Nullable Connection connection;
    private boolean closed;

    /**
     * None is made yet.
     *
     * @param file names the file in failures
     * @param opener makes the connections
     */
    public OneConnection(SqliteFile file, Opener opener) {
        this.file = file;
        this.opener = opener;
    }

    /**
     * Does some work, while others wait.
     *
     * @param work what to do
     * @param <T> what comes of it
     * @return what came of it
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
