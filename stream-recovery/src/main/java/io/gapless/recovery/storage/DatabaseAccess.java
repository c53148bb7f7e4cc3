package io.gapless.recovery.storage;

import java.sql.Connection;
import java.sql.SQLException;

/** Runs work on a connection to a database, for one thread at a time. */
public interface DatabaseAccess extends AutoCloseable {
    /**
     * Does one piece of work with a connection.
     *
     * @param <T> the type of the result
     */
    @FunctionalInterface
    interface Work<T> {
        /**
         * Does the work.
         *
         * @param connection the connection, to be used during the call only
         * @return the result
         * @throws SQLException if the database fails
         */
        T with(Connection connection) throws SQLException;
    }

    /**
     * Runs work on a connection. Other threads that call this method wait until the work has ended.
     *
     * @param work what to do
     * @param <T> the type of the result
     * @return the result of the work
     * @throws io.gapless.recovery.ledger.StateException if the database fails
     */
    <T> T use(Work<T> work);

    @Override
    void close();
}
