package io.gapless.cli;

import io.gapless.recovery.outbox.JdbcSource;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.ZoneId;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Holds the options of a database that the sender polls. */
final class JdbcOptions {
    /**
     * The largest number of bytes that are read from the query's file. Every query is shorter. The limit ends the
     * reading of an endless file.
     */
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
            names = "--jdbc-secret",
            paramLabel = "NAME=FILE",
            description =
                    "A file that holds a secret of the driver's own, such as trustStorePassword=FILE. Repeat it for"
                            + " each. It is read again for each connect.")
    private Map<String, Path> secretFiles = Map.of();

    @Option(
            names = "--jdbc-zone",
            paramLabel = "ZONE",
            converter = SendTimes.Zone.class,
            description = "The time zone of the table's times, for column types without one.")
    private @Nullable ZoneId zone;

    @Option(
            names = "--key",
            split = ",",
            paramLabel = "COLUMN",
            description = "The columns that identify a record, separated by commas (default: service_id,request_id).")
    private List<String> key = List.of();

    @Option(
            names = "--driver-jar",
            paramLabel = "FILE",
            description = "The driver of another database. Repeat it for each jar that the driver needs.")
    private List<Path> driverJars = List.of();

    @Option(
            names = "--fetch-size",
            paramLabel = "N",
            description = "How many rows are fetched at a time (default: 1000).")
    private @Nullable Integer fetchSize;

    @Option(
            names = "--statement-timeout",
            paramLabel = "TIME",
            converter = DurationConverter.class,
            description = "How long a statement may take (default: 10m).")
    private @Nullable Duration statementTimeout;

    JdbcOptions(Shell shell) {
        this.shell = shell;
    }

    boolean isGiven() {
        return url != null;
    }

    /** Refuses options that have no effect without {@code --from-jdbc}. */
    void checkUnused() {
        if (!secretFiles.isEmpty()
                || query != null
                || user != null
                || passwordFile != null
                || zone != null
                || !key.isEmpty()
                || !driverJars.isEmpty())
            throw CliException.usage("--query, --key, --driver-jar and the --jdbc options need --from-jdbc URL.");
        if (fetchSize != null || statementTimeout != null)
            throw CliException.usage("--fetch-size and --statement-timeout need --from-jdbc URL.");
    }

    /**
     * Creates the source, and does not connect to the database yet. The caller closes the source.
     *
     * @throws CliException if an option is missing or wrong
     */
    JdbcSource source() {
        if (url == null || query == null) throw CliException.usage("--from-jdbc needs --query FILE.");
        JdbcSource.Builder source =
                JdbcSource.builder().url(url).query(read(query)).driverJars(driverJars);
        secretFiles.forEach((name, file) -> {
            Secret.read("--jdbc-secret", "secret " + name, file);
            source.driverSecret(name, () -> Secret.read("--jdbc-secret", "secret " + name, file));
        });
        if (!key.isEmpty()) source.key(key.toArray(String[]::new));
        if (zone != null) source.zone(zone);
        if (fetchSize != null) source.fetchSize(fetchSize);
        if (statementTimeout != null) source.statementTimeout(statementTimeout);
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

    /**
     * Decodes a file as UTF-8, or as UTF-16 if it starts with a byte order mark. Some editors on Windows write UTF-16.
     */
    private static String text(Path file, byte[] bytes) {
        boolean utf16 = bytes.length >= 2
                && (bytes[0] == (byte) 0xFE && bytes[1] == (byte) 0xFF
                        || bytes[0] == (byte) 0xFF && bytes[1] == (byte) 0xFE);
        try {
            String text = (utf16 ? StandardCharsets.UTF_16 : StandardCharsets.UTF_8)
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
            if (text.indexOf('\0') < 0) return text;
        } catch (CharacterCodingException e) {
            // The exception below reports that the file is not UTF-8.
        }
        throw CliException.usage(
                Text.line("--query: the file " + file + " is not plain text in UTF-8. Save it as UTF-8."));
    }

    private static String read(Path file) {
        try (InputStream in = Files.newInputStream(file)) {
            return text(file, in.readNBytes(QUERY_MAX_BYTES));
        } catch (IOException e) {
            throw new CliException(
                    ExitCode.USAGE,
                    Text.line("--query: the file " + file + " cannot be read: " + ReadFailure.explain(file, e)
                            + ". Name a file that holds the query."),
                    e);
        }
    }
}
