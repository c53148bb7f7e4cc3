package io.gapless.recovery.storage;

import io.gapless.recovery.ledger.StateException;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Holds a connection to the database, and lets one thread at a time use it. A failure closes the connection, which
 * rolls the transaction back; the next use opens a new connection. Thread-safe; its monitor guards all fields.
 */
public final class OneConnection implements DatabaseAccess {
    /** Opens a connection when one is needed. */
    @FunctionalInterface
    public interface Opener {
        /**
         * Opens a connection.
         *
         * @return the connection
         * @throws SQLException if the database fails
         */
        Connection open() throws SQLException;
    }

    private final String name;
    private final Function<SQLException, StateException> failures;
    private final Opener opener;
    private @Nullable Connection connection;
    private boolean closed;

    /**
     * Creates the holder without opening a connection.
     *
     * @param file the file to which the connections lead
     * @param opener opens the connections
     */
    public OneConnection(SqliteFile file, Opener opener) {
        this(file.kind().noun() + " in " + file.directory(), file.failures()::of, opener);
    }

    /**
     * Creates the holder without opening a connection.
     *
     * @param name names the database in messages
     * @param failures turns failures of the database into exceptions whose messages say what to change
     * @param opener opens the connections
     */
    public OneConnection(String name, Function<SQLException, StateException> failures, Opener opener) {
        this.name = name;
        this.failures = failures;
        this.opener = opener;
    }

    @Override
    public synchronized <T> T use(Work<T> work) {
        if (closed) throw new IllegalStateException(name + " is closed.");
        boolean done = false;
        try {
            if (connection == null) connection = opener.open();
            T result = work.with(connection);
            done = true;
            return result;
        } catch (SQLException e) {
            throw failures.apply(e);
        } finally {
            if (!done) discard();
        }
    }

    private void discard() {
        if (connection == null) return;
        try {
            connection.close();
        } catch (SQLException e) {
            // A failed close loses nothing that must be kept: committed changes are kept by the database, and
            // uncommitted ones must not be kept.
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
