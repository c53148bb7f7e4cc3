package io.gapless.cli;

import java.nio.file.Path;
import java.util.Properties;
import java.util.function.Supplier;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.postgresql.Driver;
import picocli.CommandLine.Option;

/**
 * Holds the options that a state needs if hosts share it: the stream's name, and the password's file. User and password
 * never come from an argument, which other users of the machine can see.
 */
final class SharedStateOptions {
    private final Shell shell;

    @Option(
            names = "--stream",
            paramLabel = "NAME",
            description = "With a database as --state: the name of the stream there, the same on each host.")
    private @Nullable String stream;

    @Option(
            names = "--state-password-file",
            paramLabel = "FILE",
            description =
                    "With a database as --state: a file that holds the password. It is read again for each connect."
                            + " Without it, the password comes from GAPLESS_STATE_PASSWORD, and the user from the URL or from"
                            + " GAPLESS_STATE_USER.")
    private @Nullable Path passwordFile;

    SharedStateOptions(Shell shell) {
        this.shell = shell;
    }

    /** Returns the stream's name. */
    String stream() {
        if (stream == null)
            throw CliException.usage(
                    "A database can hold the states of several streams. Name the stream with --stream NAME.");
        return stream;
    }

    /** Describes the database, and does not connect to it yet. */
    DataSource source(StatePlace.Database database) {
        return new StateDatabase(
                database.url(),
                user(database),
                Secret.find(
                                "--state-password-file",
                                "database's password",
                                passwordFile,
                                "GAPLESS_STATE_PASSWORD",
                                shell.environment())
                        .<@Nullable Supplier<String>>map(secret -> secret)
                        .orElse(null));
    }

    private @Nullable String user(StatePlace.Database database) {
        Properties url = Driver.parseURL(database.url(), null);
        if (url != null && url.getProperty("user") != null) return null;
        String user = shell.environment().getOrDefault("GAPLESS_STATE_USER", "").strip();
        return user.isEmpty() ? null : user;
    }

    /** Refuses options that have no effect without a database. */
    void checkUnused() {
        if (stream != null || passwordFile != null)
            throw CliException.usage(
                    "--stream and --state-password-file need --state jdbc:postgresql://HOST/DATABASE.");
    }
}
