package io.gapless.cli;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.postgresql.ds.PGSimpleDataSource;

/**
 * Opens connections to the PostgreSQL of a shared state. A state uses one or two connections, so there is no pool. The password
 * is read again for each connect.
 */
final class StateDatabase extends PGSimpleDataSource {
    private static final long serialVersionUID = 1;

    private final transient @Nullable Supplier<String> password;

    /**
     * Describes the database, and does not connect to it yet.
     *
     * @param url a URL that the driver has accepted; its settings apply
     * @param user the user; null for the URL's
     * @param password supplies the password; null for none, as with a certificate
     */
    StateDatabase(String url, @Nullable String user, @Nullable Supplier<String> password) {
        setTcpKeepAlive(true);
        setURL(url);
        if (user != null) setUser(user);
        this.password = password;
    }

    @Override
    public Connection getConnection() throws SQLException {
        return password == null ? super.getConnection() : getConnection(getUser(), secret(password));
    }

    private static String secret(Supplier<String> password) throws SQLException {
        try {
            return password.get();
        } catch (CliException e) {
            throw new SQLException(String.valueOf(e.getMessage()).replaceFirst("\\.$", ""), e);
        }
    }
}
