package io.gapless.recovery.outbox;

import java.sql.Connection;
import java.sql.SQLException;
import javax.sql.DataSource;

/** Connections of the user's own data source, which knows its password and whom it may tell it. */
final class PooledConnections implements JdbcConnections {
    private final DataSource dataSource;

    PooledConnections(DataSource dataSource) {
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

    /** It is the user's to close. */
    @Override
    public void close() {}

    @Override
    public String toString() {
        return "the database";
    }
}
