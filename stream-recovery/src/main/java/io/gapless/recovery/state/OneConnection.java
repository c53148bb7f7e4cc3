package io.gapless.recovery.state;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/**
 * A connection to the database, used by one thread at a time. After any failure it is given up, which takes back what a
 * transaction had written so far, and the next use makes a new one. The monitor guards it.
 */
final class OneConnection implements AutoCloseable {
    /** Makes a connection. */
    @FunctionalInterface
    interface Opener {
        Connection open(Path directory) throws SQLException;
    }

    /** What is to be done. */
    @FunctionalInterface
    interface Work<T> {
        T with(Connection connection) throws SQLException;
    }

    private final Path directory;
    private final Opener opener;
    private @Nullable Connection connection;
    private boolean closed;

    OneConnection(Path directory, Opener opener) {
        this.directory = directory;
        this.opener = opener;
    }

    synchronized <T> T use(Work<T> work) {
        if (closed) throw new IllegalStateException("The state in " + directory + " is closed.");
        boolean done = false;
        try {
            if (connection == null) connection = opener.open(directory);
            T result = work.with(connection);
            done = true;
            return result;
        } catch (SQLException e) {
            throw Trouble.of(directory, e);
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
