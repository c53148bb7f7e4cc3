package io.gapless.recovery.outbox.source;

import java.sql.Connection;
import java.sql.SQLException;

/** Opens the connections of a source. The {@code toString} of an implementation names the database in messages. */
public interface JdbcConnections extends AutoCloseable {
    /** Opens a connection, which the caller closes. */
    Connection open() throws SQLException;

    /** Returns the same failure without the password, in case the driver's message contains it. */
    SQLException withoutPassword(SQLException failure);

    @Override
    void close();
}
