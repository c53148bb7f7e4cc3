package io.gapless.cli;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

/** A real PostgreSQL for the tests of this JVM, on a free port of loopback. It ends with the JVM. */
final class SharedDatabase {
    static final String USER = "keeper";
    static final String PASSWORD = "not\u00e4s3cret";

    private static final EmbeddedPostgres SERVER = start();

    private SharedDatabase() {}

    private static EmbeddedPostgres start() {
        try {
            EmbeddedPostgres server = EmbeddedPostgres.builder()
                    .setServerConfig("fsync", "on")
                    .setServerConfig("synchronous_commit", "on")
                    .setServerConfig("full_page_writes", "on")
                    .start();
            Runtime.getRuntime().addShutdownHook(new Thread(() -> close(server)));
            try (Connection connection = server.getPostgresDatabase().getConnection();
                    Statement statement = connection.createStatement()) {
                statement.execute("CREATE USER " + USER + " PASSWORD '" + PASSWORD + "'");
                statement.execute("GRANT CREATE ON DATABASE postgres TO " + USER);
                askForPassword(statement);
            }
            return server;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    /** The tests' server lets everybody in, so a rule of our own comes first. */
    private static void askForPassword(Statement statement) throws SQLException, IOException {
        try (ResultSet file = statement.executeQuery("SHOW hba_file")) {
            file.next();
            Path rules = Path.of(file.getString(1));
            Files.writeString(rules, "host all " + USER + " all scram-sha-256\n" + Files.readString(rules));
        }
        statement.execute("SELECT pg_reload_conf()");
    }

    private static void close(EmbeddedPostgres server) {
        try {
            server.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Its URL, without a user. */
    static String url() {
        return "jdbc:postgresql://127.0.0.1:" + SERVER.getPort() + "/postgres";
    }
}
