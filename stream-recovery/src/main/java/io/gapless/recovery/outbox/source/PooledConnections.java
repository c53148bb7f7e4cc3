package io.gapless.recovery.outbox.source;

import java.sql.Connection;
import java.sql.SQLException;
import javax.sql.DataSource;

/**
 * Opens connections of the user's own data source. That data source holds the password, and decides what its messages
 * contain.
 */
public final class PooledConnections implements JdbcConnections {
    private final DataSource dataSource;

    public PooledConnections(DataSource dataSource) {
        this.dataSource = dataSource;
    }

    @Override
    public Connection open() throws SQLException {
        return dataSource.getConnection();
    }

    @Override
    public SQLException withoutPassword(SQLException failure) {
        return failure;
    }

    /** Does nothing, since the user closes the data source. */
    @Override
    public void close() {}

    @Override
    public String toString() {
        return "the database";
    }
}
