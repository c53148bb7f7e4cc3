package io.gapless.cli;

import io.gapless.recovery.GaplessStream;
import io.gapless.recovery.outbox.JdbcSource;
import io.gapless.recovery.outbox.Sender;
import io.gapless.recovery.outbox.SentInterval;
import io.gapless.stream.seam.Wire;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Sends records on to another system, on a schedule. */
@Command(
        name = "send",
        header = "Send posts or table rows on to an endpoint, on a schedule.",
        description = {
            "Sends records on to an endpoint, on a schedule, in batches, until each one is acknowledged.",
            "With --from-stream, the records are posts; the state directory keeps them until they are acknowledged. With"
                    + " --from-jdbc, they are the changed rows of a table; that needs no token and opens no stream.",
            "Each slot of the schedule sends everything since the last one. A missed slot is sent at the next start. Events"
                    + " go to standard error. SIGINT and SIGTERM end the command with status 0, and the state directory"
                    + " keeps what is not acknowledged.",
            "Two kinds of rows are not found: deleted ones, and those whose transaction stayed open for longer than"
                    + " --overlap."
        },
        footer = {
            "",
            "Examples:",
            "  gapless send --from-stream --to https://example.org/api --state out",
            "  gapless send --from-jdbc jdbc:postgresql://db/shop --jdbc-user reader",
            "      --query changed.sql --to https://example.org/api --state out",
            "  gapless send --from-stream --to https://example.org/api --state out --once",
            "",
            "Only --from-stream needs a token. " + XOptions.TOKEN_HELP
        })
final class SendCommand implements Callable<Integer> {
    private static final int BATCH_MAX = 1_000;

    private final Shell shell;

    @Option(
            names = "--from-stream",
            description = "Send the stream's posts. With --once and --dry-run: the posts that wait in the state.")
    private boolean fromStream;

    @Mixin
    private final JdbcOptions jdbc;

    @Option(
            names = "--to",
            paramLabel = "URL",
            description =
                    "The endpoint. Batches are POSTed to URL/services-data/requests. The endpoint's key comes from"
                            + " GAPLESS_API_KEY or --api-key-file.")
    private @Nullable URI to;

    @Option(
            names = "--api-key-file",
            paramLabel = "FILE",
            description = "A file that holds the endpoint's key. It is read again for each request.")
    private @Nullable Path apiKeyFile;

    @Option(
            names = "--to-ca-file",
            paramLabel = "PEM",
            description = "A file of certificates to trust at the endpoint instead of Java's own.")
    private @Nullable Path toCaFile;

    @Option(
            names = "--allow-plain-http",
            description = "Allow http to another machine. Everything, the key too, is then sent unencrypted.")
    private boolean plainHttp;

    @Option(
            names = "--state",
            paramLabel = "DIR",
            description = "The directory that keeps the outbox. It is created if missing. One process at a time.")
    private @Nullable Path state;

    @Option(
            names = "--lock-wait",
            paramLabel = "TIME",
            defaultValue = "30s",
            converter = DurationConverter.class,
            description = "How long to wait for another process to release the state (default: ${DEFAULT-VALUE}).")
    private Duration lockWait = Duration.ofSeconds(30);

    @Mixin
    private final SendTimes times = new SendTimes();

    @Option(
            names = "--overlap",
            paramLabel = "TIME",
            converter = DurationConverter.class,
            description = "With --from-jdbc: how far back each interval reads again, for rows that were committed after"
                    + " their time stamp (default: 1h).")
    private @Nullable Duration overlap;

    @Option(
            names = "--settle",
            paramLabel = "TIME",
            converter = DurationConverter.class,
            description = "With --from-jdbc: how long before its slot an interval ends, so that its rows are committed"
                    + " (default: 5m).")
    private @Nullable Duration settle;

    @Option(
            names = "--status-id",
            paramLabel = "N",
            description = "With --from-stream: the status_id of each post (default: 9, \"received\").")
    private @Nullable Integer statusId;

    @Option(names = "--per-service", description = "Send the records of each service in requests of their own.")
    private boolean perService;

    @Option(
            names = "--once",
            description = "Send what there is now, whatever the schedule says, and end. Status 1 if not all of it was"
                    + " acknowledged.")
    private boolean once;

    @Option(names = "--dry-run", description = "Print the bodies that --once would send, one a line, and send nothing.")
    private boolean dryRun;

    @Mixin
    private final StreamOptions stream;

    private SendCommand(Shell shell) {
        this.shell = shell;
        this.jdbc = new JdbcOptions(shell);
        this.stream = new StreamOptions(shell);
    }

    static CommandLine withSubcommands(Shell shell) {
        return new CommandLine(new SendCommand(shell))
                .addSubcommand(new SendStatusCommand(shell))
                .addSubcommand(new SendHistoryCommand(shell))
                .addSubcommand(new SendQuarantineCommand(shell))
                .addSubcommand(new SendResendCommand(shell));
    }

    @Override
    public Integer call() throws Exception {
        if (fromStream == jdbc.isGiven())
            throw CliException.usage("Give either --from-stream, or --from-jdbc URL with --query FILE.");
        if (to == null || state == null) throw CliException.usage("Give --to URL and --state DIR.");
        Sending sending = new Sending(shell);
        Sender.Builder builder = builder(to, state, sending);
        return (fromStream ? sendStream(builder, state, sending) : sendTable(builder, sending)).status();
    }

    private Sender.Builder builder(URI endpoint, Path directory, Sending sending) {
        Wire wire = stream.x().wireByProxy();
        if (toCaFile != null) wire = wire.withSslContext(PrivateAuthority.trusting(toCaFile));
        Sender.Builder builder = Sender.builder()
                .to(endpoint)
                .stateDirectory(directory)
                .lockWait(lockWait)
                .wire(wire)
                .onEvent(sending)
                .schedule(BuilderSettings.checked(times::schedule));
        Secret.find("--api-key-file", "endpoint's key", apiKeyFile, "GAPLESS_API_KEY", shell.environment())
                .map(this::bare)
                .ifPresent(builder::apiKey);
        times.since().ifPresent(builder::since);
        if (overlap != null) builder.overlap(overlap);
        if (settle != null) builder.settle(settle);
        if (plainHttp) builder.allowPlainHttp();
        if (perService) builder.oneRequestPerService();
        return builder;
    }

    /** The key, refused at the start and at each use if something is around it. */
    private Supplier<String> bare(Supplier<String> key) {
        String origin = apiKeyFile == null ? "GAPLESS_API_KEY" : "The file of --api-key-file";
        Secret.check(origin, "endpoint's key", key.get());
        return () -> {
            String now = key.get();
            Secret.check(origin, "endpoint's key", now);
            return now;
        };
    }

    private ExitCode sendStream(Sender.Builder builder, Path directory, Sending sending) throws Exception {
        jdbc.checkUnused();
        if (overlap != null || settle != null) throw CliException.usage("--overlap and --settle need --from-jdbc URL.");
        if (statusId != null) {
            int number = statusId;
            builder.statusId(post -> number);
        }
        boolean consumes = !once && !dryRun;
        // The token is looked for before anything is opened.
        GaplessStream.Builder posts = consumes ? stream.gaplessStream().stateDirectory(directory) : null;
        try (Sender sender = BuilderSettings.checked(builder::build)) {
            if (posts == null) return sendNow(sender);
            GaplessStream running = BuilderSettings.checked(
                    () -> posts.batchHandler(BATCH_MAX, sender).onEvent(sending).build());
            return sending.run(sender, running);
        }
    }

    private ExitCode sendTable(Sender.Builder builder, Sending sending) throws Exception {
        if (statusId != null)
            throw CliException.usage(
                    "--status-id needs --from-stream. With --from-jdbc, the query's column status_id counts.");
        boolean now = once || dryRun;
        try (JdbcSource source = BuilderSettings.checked(jdbc::source)) {
            check(source, now);
            try (Sender sender =
                    BuilderSettings.checked(() -> builder.source(source).build())) {
                return now ? sendNow(sender) : sending.run(sender, null);
            }
        }
    }

    /** A query that will not do is refused at once; a database that is down may be up by the next slot. */
    private void check(JdbcSource source, boolean now) {
        try {
            BuilderSettings.checked(() -> {
                try {
                    source.check();
                    return source;
                } catch (SQLException e) {
                    throw new CliException(ExitCode.TRY_LATER, Text.line(String.valueOf(e.getMessage())), e);
                }
            });
        } catch (CliException e) {
            if (now || e.exitCode() != ExitCode.TRY_LATER) throw e;
            shell.err().println("gapless: " + e.getMessage() + " The next slot asks again.");
        }
    }

    private ExitCode sendNow(Sender sender) throws InterruptedException {
        try {
            if (dryRun) {
                preview(sender);
                return ExitCode.OK;
            }
            SentInterval interval = sender.sendOnce().get();
            boolean all = interval.quarantined() == 0 && sender.status().waitingBatches() == 0;
            return all ? ExitCode.OK : ExitCode.FOUND;
        } catch (ExecutionException e) {
            throw notCollected(e.getCause() == null ? e : e.getCause());
        } catch (IllegalStateException e) {
            throw notCollected(e);
        }
    }

    private void preview(Sender sender) {
        LongAdder bodies = new LongAdder();
        sender.preview(body -> {
            bodies.increment();
            shell.out().println(new String(body, StandardCharsets.UTF_8));
        });
        if (bodies.sum() > 0) return;
        shell.err()
                .println(
                        fromStream
                                ? "Nothing to print: no posts wait in " + Text.line(String.valueOf(state))
                                        + ". --dry-run"
                                        + " does not open the stream; run 'gapless send --from-stream' without it first."
                                : "Nothing to print: no rows have changed since the last interval.");
    }

    private static CliException notCollected(Throwable e) {
        return new CliException(ExitCode.TRY_LATER, Text.line(String.valueOf(e.getMessage())), e);
    }
}
