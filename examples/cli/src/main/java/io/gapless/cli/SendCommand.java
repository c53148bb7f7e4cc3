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
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Hands records on to another system, on a schedule. */
@Command(
        name = "send",
        description = {
            "Hands records on to an endpoint, on a schedule, in batches, until each is acknowledged.",
            "They come from the stream, whose posts are kept in the state directory until then, or from a table of a"
                    + " database that is asked for what has changed; that needs no token and opens no stream. Each slot"
                    + " sends everything since the last one; a slot that was missed is made up for. Events go to standard"
                    + " error. SIGINT and SIGTERM end with status 0, and what is not acknowledged stays in the state.",
            "Of a table, rows are not seen whose transaction stayed open for longer than --overlap, nor deleted rows."
        })
final class SendCommand implements Callable<Integer> {
    private static final int BATCH_MAX = 1_000;

    private final Shell shell;

    @Option(
            names = "--from-stream",
            description = "Send the posts of the stream. With --once or --dry-run, those that wait in the state.")
    private boolean fromStream;

    @Mixin
    private final JdbcOptions jdbc;

    @Option(
            names = "--to",
            paramLabel = "URL",
            description = "Where to: POST goes to URL/services-data/requests. The key comes from GAPLESS_API_KEY or"
                    + " --api-key-file.")
    private @Nullable URI to;

    @Option(
            names = "--api-key-file",
            paramLabel = "FILE",
            description = "Holds the endpoint's key; read again for each request.")
    private @Nullable Path apiKeyFile;

    @Option(
            names = "--to-ca-file",
            paramLabel = "PEM",
            description = "Certificates to trust at the endpoint instead of Java's own.")
    private @Nullable Path toCaFile;

    @Option(names = "--allow-plain-http", description = "Accept http for another machine: all is sent in clear.")
    private boolean plainHttp;

    @Option(
            names = "--state",
            paramLabel = "DIR",
            description = "Where the outbox lies. Made if need be; one process at a time.")
    private @Nullable Path state;

    @Option(
            names = "--lock-wait",
            paramLabel = "TIME",
            defaultValue = "30s",
            converter = DurationConverter.class,
            description = "How long to wait for another process to give it up (default: ${DEFAULT-VALUE}).")
    private Duration lockWait = Duration.ofSeconds(30);

    @Mixin
    private final SendTimes times = new SendTimes();

    @Option(
            names = "--overlap",
            paramLabel = "TIME",
            converter = DurationConverter.class,
            description =
                    "With --from-jdbc: how far before the mark to read again, for rows that were stamped before it"
                            + " and committed after it (default: 1h).")
    private @Nullable Duration overlap;

    @Option(
            names = "--settle",
            paramLabel = "TIME",
            converter = DurationConverter.class,
            description = "With --from-jdbc: how long before its slot an interval ends (default: 5m).")
    private @Nullable Duration settle;

    @Option(
            names = "--status-id",
            paramLabel = "N",
            description = "With --from-stream: the status_id of each post (default: 9, received).")
    private @Nullable Integer statusId;

    @Option(names = "--per-service", description = "Send each service's records in requests of their own.")
    private boolean perService;

    @Option(
            names = "--once",
            description = "Send what there is now, whatever the schedule says, and end: status 1 if not all of it was"
                    + " acknowledged.")
    private boolean once;

    @Option(names = "--dry-run", description = "Print the bodies that --once would send, and send nothing.")
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
            throw CliException.usage("Say what to send: either --from-stream, or --from-jdbc URL with --query FILE.");
        if (to == null || state == null) throw CliException.usage("--to URL and --state DIR are needed.");
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
                .schedule(StreamOptions.checked(times::schedule));
        Secret.find("--api-key-file", "endpoint's key", apiKeyFile, "GAPLESS_API_KEY", shell.environment())
                .ifPresent(builder::apiKey);
        times.since().ifPresent(builder::since);
        if (overlap != null) builder.overlap(overlap);
        if (settle != null) builder.settle(settle);
        if (plainHttp) builder.allowPlainHttp();
        if (perService) builder.oneRequestPerService();
        return builder;
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
        try (Sender sender = StreamOptions.checked(builder::build)) {
            if (posts == null) return sendNow(sender);
            GaplessStream running = StreamOptions.checked(
                    () -> posts.batchHandler(BATCH_MAX, sender).onEvent(sending).build());
            return sending.run(sender, running);
        }
    }

    private ExitCode sendTable(Sender.Builder builder, Sending sending) throws Exception {
        if (statusId != null) throw CliException.usage("--status-id needs --from-stream; a table has the column.");
        boolean now = once || dryRun;
        try (JdbcSource source = StreamOptions.checked(jdbc::source)) {
            check(source, now);
            try (Sender sender =
                    StreamOptions.checked(() -> builder.source(source).build())) {
                return now ? sendNow(sender) : sending.run(sender, null);
            }
        }
    }

    /** A query that will not do is told at once; a database that is down may be up by the next slot. */
    private void check(JdbcSource source, boolean now) {
        try {
            StreamOptions.checked(() -> {
                try {
                    source.check();
                    return source;
                } catch (SQLException e) {
                    throw new CliException(ExitCode.TRY_LATER, Text.line(String.valueOf(e.getMessage())), e);
                }
            });
        } catch (CliException e) {
            if (now || e.exitCode() != ExitCode.TRY_LATER) throw e;
            shell.err().println("gapless: " + e.getMessage() + " It is asked again at the next slot.");
        }
    }

    private ExitCode sendNow(Sender sender) throws InterruptedException {
        try {
            if (dryRun) {
                sender.preview(body -> shell.out().println(new String(body, StandardCharsets.UTF_8)));
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

    private static CliException notCollected(Throwable e) {
        return new CliException(ExitCode.TRY_LATER, Text.line(String.valueOf(e.getMessage())), e);
    }
}
