package io.gapless.recovery.outbox;

import java.sql.Connection;
import java.sql.SQLException;

/** Where a source's connections come from; its text names the database in messages. */
interface JdbcConnections extends AutoCloseable {
    /** Opens one, which the caller closes. */
    Connection open() throws SQLException;

    /** Where a driver's words came to hold a password, the same failure without it. */
    SQLException withoutPassword(SQLException failure);

    @Override
    void close();
}
