package io.gapless.recovery.state;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import javax.sql.DataSource;

/** A real PostgreSQL for the tests of this JVM, on a free port of loopback. It ends with the JVM. */
public final class SharedDatabase {
    private static final EmbeddedPostgres SERVER = start();

    private SharedDatabase() {}

    private static EmbeddedPostgres start() {
        try {
            EmbeddedPostgres server = EmbeddedPostgres.builder()
                    .setServerConfig("fsync", "on")
                    .setServerConfig("synchronous_commit", "on")
                    .setServerConfig("full_page_writes", "on")
                    .start();
            Runtime.getRuntime().addShutdownHook(new Thread(() -> {
                try {
                    server.close();
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            }));
            return server;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Opens connections as the user that may do everything. */
    public static DataSource source() {
        return SERVER.getPostgresDatabase();
    }

    static EmbeddedPostgres server() {
        return SERVER;
    }
}
