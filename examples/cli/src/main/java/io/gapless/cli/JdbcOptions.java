package io.gapless.cli;

import io.gapless.recovery.outbox.JdbcSource;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.ZoneId;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options of a database that is polled. */
final class JdbcOptions {
    /** More than a query has, so that reading ends. */
    private static final int QUERY_MAX_BYTES = 1 << 20;

    private final Shell shell;

    @Option(
            names = "--from-jdbc",
            paramLabel = "URL",
            description = "Send the changed rows of a table in this database. The JDBC URL must not hold a password."
                    + " Drivers for PostgreSQL and SQLite are included.")
    private @Nullable String url;

    @Option(
            names = "--query",
            paramLabel = "FILE",
            description =
                    "A file that holds a SELECT with two parameters, … WHERE modified >= ? AND modified < ?. Its aliases"
                            + " are the names in the JSON: request_id, service_id, opening_date, status_id,"
                            + " last_modified_date.")
    private @Nullable Path query;

    @Option(
            names = "--jdbc-user",
            paramLabel = "NAME",
            description = "The database user. The password comes from GAPLESS_JDBC_PASSWORD or --jdbc-password-file.")
    private @Nullable String user;

    @Option(
            names = "--jdbc-password-file",
            paramLabel = "FILE",
            description = "A file that holds the password. It is read again for each connect.")
    private @Nullable Path passwordFile;

    @Option(
            names = "--jdbc-zone",
            paramLabel = "ZONE",
            converter = SendTimes.Zone.class,
            description = "The time zone of the table's times, for column types without one.")
    private @Nullable ZoneId zone;

    @Option(
            names = "--driver-jar",
            paramLabel = "FILE",
            description = "The driver of another database. Repeat it for each jar that the driver needs.")
    private List<Path> driverJars = List.of();

    JdbcOptions(Shell shell) {
        this.shell = shell;
    }

    boolean isGiven() {
        return url != null;
    }

    /** Refuses options that would have no effect. */
    void checkUnused() {
        if (query != null || user != null || passwordFile != null || zone != null || !driverJars.isEmpty())
            throw CliException.usage("--query, --driver-jar and the --jdbc options need --from-jdbc URL.");
    }

    /**
     * The source, which the caller closes. The database is not asked yet.
     *
     * @throws CliException if an option is missing or wrong
     */
    JdbcSource source() {
        if (url == null || query == null) throw CliException.usage("--from-jdbc needs --query FILE.");
        JdbcSource.Builder source =
                JdbcSource.builder().url(url).query(read(query)).driverJars(driverJars);
        if (zone != null) source.zone(zone);
        if (user != null) source.user(user);
        Secret.find(
                        "--jdbc-password-file",
                        "database's password",
                        passwordFile,
                        "GAPLESS_JDBC_PASSWORD",
                        shell.environment())
                .ifPresent(source::password);
        return source.build();
    }

    private static String read(Path file) {
        try (InputStream in = Files.newInputStream(file)) {
            return new String(in.readNBytes(QUERY_MAX_BYTES), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new CliException(
                    ExitCode.USAGE,
                    Text.line("--query: the file " + file + " cannot be read ("
                            + e.getClass().getSimpleName() + "). Name a file that holds the query."),
                    e);
        }
    }
}
