package io.gapless.cli;

import io.gapless.page.GaplessPage;
import io.gapless.recovery.GaplessStream;
import io.gapless.recovery.ledger.StateException;
import io.gapless.recovery.outbox.JdbcSource;
import io.gapless.recovery.outbox.Sender;
import io.gapless.recovery.outbox.SenderStatus;
import io.gapless.recovery.outbox.SentInterval;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

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
    private static final Duration DEADLINE = Duration.ofMinutes(15);

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
                    "The endpoint. Batches are POSTed to URL/services-data/requests; see --path. The whole address works,"
                            + " too. The endpoint's key comes from GAPLESS_API_KEY or --api-key-file.")
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

    @Mixin
    private final SendLimits limits = new SendLimits();

    @Option(
            names = "--moved",
            description = "The state is bound to another address of the endpoint or the database, and it is the same"
                    + " system. From now on the state is bound to the new address.")
    private boolean moved;

    @Option(
            names = "--config",
            paramLabel = "FILE",
            description =
                    "A file of options, one a line, without their dashes: to = https://example.org/api. Options of"
                            + " the command line replace those of the file. Repeat it to run several senders in one process,"
                            + " each with a state of its own.")
    private List<Path> configs = List.of();

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

    @Option(
            names = "--status-map",
            paramLabel = "FILE",
            description =
                    "With --from-jdbc: a file with the number of each status that is a word in the table, one a line:"
                            + " Approved = 3. A line that begins with # is a comment.")
    private @Nullable Path statusMap;

    @Option(names = "--per-service", description = "Send the records of each service in requests of their own.")
    private boolean perService;

    @Option(
            names = "--once",
            description = "Send what there is now, whatever the schedule says, and end. Status 1 if not all of it was"
                    + " acknowledged.")
    private boolean once;

    @Option(
            names = "--deadline",
            paramLabel = "TIME",
            converter = DurationConverter.class,
            description = "With --once: how long to go on without an acknowledgement (default: 15m).")
    private @Nullable Duration deadline;

    @Option(
            names = "--dry-run",
            description = "Print the bodies that --once would send, one a line. Sends nothing, and writes nothing.")
    private boolean dryRun;

    @Mixin
    private final StreamOptions stream;

    @Mixin
    private final PageOptions pages;

    @Spec
    private @Nullable CommandSpec spec;

    /** The prefix of each line that this sender prints, if several senders run in one process; otherwise empty. */
    private String label = "";

    private SendCommand(Shell shell) {
        this.shell = shell;
        this.jdbc = new JdbcOptions(shell);
        this.stream = new StreamOptions(shell);
        this.pages = new PageOptions(shell);
    }

    static CommandLine withSubcommands(Shell shell) {
        return new CommandLine(new SendCommand(shell))
                .addSubcommand(new SendStatusCommand(shell))
                .addSubcommand(new SendHistoryCommand(shell))
                .addSubcommand(SendQuarantineCommand.withSubcommands(shell))
                .addSubcommand(new SendResendCommand(shell))
                .addSubcommand(new SendAgainCommand(shell));
    }

    @Override
    public Integer call() throws Exception {
        if (configs.size() == 1) return configured(configs.get(0), "").status();
        if (pages.isGiven() && !configs.isEmpty())
            throw CliException.usage("--page shows one sender. Put it into the --config FILE of one of them.");
        if (!configs.isEmpty())
            return SendEach.run(configs, once || dryRun, file -> configured(file, name(file)))
                    .status();
        if (fromStream == jdbc.isGiven())
            throw CliException.usage("Give either --from-stream, or --from-jdbc URL with --query FILE.");
        if (to == null || state == null) throw CliException.usage("Give --to URL and --state DIR.");
        if (pages.isGiven() && (once || dryRun))
            throw CliException.usage("--page is for a sender that keeps a schedule.");
        if (deadline != null && !once) throw CliException.usage("--deadline needs --once.");
        Sending sending = new Sending(shell, label);
        if (dryRun) {
            try (TemporaryState trial = TemporaryState.of(state)) {
                return send(builder(to, trial.directory(), sending), state, sending);
            }
        }
        return send(builder(to, state, sending), state, sending);
    }

    private Integer send(Sender.Builder builder, Path directory, Sending sending) throws Exception {
        return (fromStream ? sendStream(builder, directory, sending) : sendTable(builder, directory, sending)).status();
    }

    /**
     * Returns the prefix of the lines that a sender prints: the name of the sender's options file, without the
     * extension.
     */
    private static String name(Path file) {
        return String.valueOf(file.getFileName()).replaceFirst("[.][^.]*$", "");
    }

    /** Runs the command with the options of a file. Options on the command line override those of the file. */
    private ExitCode configured(Path file, String name) {
        CommandSpec own = spec;
        if (own == null) throw new AssertionError("picocli sets it");
        SendCommand command = new SendCommand(shell);
        command.label = name;
        CommandLine line =
                Gapless.equipped(new CommandLine(command), shell, own.root().userObject());
        line.setOverwrittenOptionsAllowed(true);
        List<String> arguments = new ArrayList<>();
        try {
            arguments.addAll(SendConfig.arguments(file));
        } catch (CliException e) {
            shell.err().println("gapless: " + e.getMessage());
            return e.exitCode();
        }
        for (OptionSpec option : own.commandLine().getParseResult().matchedOptions()) {
            String given = option.longestName();
            if (given.equals("--config") || given.equals("--verbose")) continue;
            for (String value : option.originalStringValues())
                arguments.add(option.arity().max() == 0 ? given : given + "=" + value);
        }
        return ExitCode.of(line.execute(arguments.toArray(String[]::new)));
    }

    private Sender.Builder builder(URI endpoint, Path directory, Sending sending) {
        Sender.Builder builder = Sender.builder()
                .to(endpoint)
                .stateDirectory(directory)
                .lockWait(lockWait)
                .onEvent(sending)
                .schedule(BuilderSettings.checked(times::schedule));
        stream.x().setProxy(builder);
        if (toCaFile != null) builder.sslContext(PrivateAuthority.trusting(toCaFile));
        Secret.find("--api-key-file", "endpoint's key", apiKeyFile, "GAPLESS_API_KEY", shell.environment())
                .map(this::bare)
                .ifPresent(builder::apiKey);
        BuilderSettings.checked(() -> {
            limits.set(builder);
            return builder;
        });
        if (moved) builder.moved();
        times.since().ifPresent(builder::since);
        if (overlap != null) builder.overlap(overlap);
        if (settle != null) builder.settle(settle);
        if (plainHttp) builder.allowPlainHttp();
        if (perService) builder.oneRequestPerService();
        return builder;
    }

    /**
     * Returns a supplier of the endpoint's key. The key is checked now, and again at each use. The check refuses a key
     * that is surrounded by other characters, such as quotes.
     */
    private Supplier<String> bare(Supplier<String> key) {
        String origin = apiKeyFile == null ? "GAPLESS_API_KEY" : "The file of --api-key-file";
        Secret.check(origin, "endpoint's key", key.get());
        return () -> {
            String now = key.get();
            Secret.check(origin, "endpoint's key", now);
            return now;
        };
    }

    private Optional<GaplessPage> openPage(Path directory) {
        return pages.open(
                "send to " + endpointHost(),
                String.valueOf(directory.getFileName()),
                fromStream ? stream.endpointName() : "");
    }

    private ExitCode sendStream(Sender.Builder builder, Path directory, Sending sending) throws Exception {
        jdbc.checkUnused();
        if (statusMap != null) throw CliException.usage("--status-map needs --from-jdbc URL.");
        if (overlap != null || settle != null) throw CliException.usage("--overlap and --settle need --from-jdbc URL.");
        if (times.since().isPresent()) throw CliException.usage("--since needs --from-jdbc URL.");
        if (statusId != null) {
            int number = statusId;
            builder.statusId(post -> number);
        }
        boolean consumes = !once && !dryRun;
        // Create the stream's builder before the sender. The builder reads the token, so a missing token is reported
        // before the sender opens its state.
        GaplessStream.Builder posts = consumes ? stream.gaplessStream().stateDirectory(directory) : null;
        try (Sender sender = BuilderSettings.checked(builder::build)) {
            if (posts == null) return sendNow(sender);
            try (OpenPage page = OpenPage.of(openPage(directory))) {
                GaplessStream running =
                        BuilderSettings.checked(() -> posts.batchHandler(BATCH_MAX, page.watchingBatches(sender))
                                .onEvent(page.watching(sending))
                                .build());
                page.show(running);
                page.show(sender);
                return sending.run(sender, running);
            }
        }
    }

    private ExitCode sendTable(Sender.Builder builder, Path directory, Sending sending) throws Exception {
        if (statusId != null)
            throw CliException.usage(
                    "--status-id needs --from-stream. With --from-jdbc, the query's column status_id counts.");
        if (statusMap != null) builder.statusMap(StatusFile.read(statusMap));
        boolean now = once || dryRun;
        try (JdbcSource source = BuilderSettings.checked(jdbc::source)) {
            check(source);
            try (Sender sender =
                    BuilderSettings.checked(() -> builder.source(source).build())) {
                if (now) return sendNow(sender);
                try (OpenPage page = OpenPage.of(openPage(directory))) {
                    page.show(sender);
                    return sending.run(sender, null);
                }
            }
        }
    }

    /** Returns where the records go, without a path, which may hold a secret. */
    private String endpointHost() {
        return to == null || to.getHost() == null ? "the endpoint" : to.getHost();
    }

    /**
     * Checks the query. A wrong query ends the command. If the database is down, the sender still starts, and sends the
     * records that wait in the outbox. A dry run ends in both cases.
     */
    private void check(JdbcSource source) {
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
            if (dryRun || e.exitCode() != ExitCode.TRY_LATER) throw e;
            shell.err().println("gapless: " + e.getMessage() + (once ? "" : " The next slot asks again."));
        }
    }

    private ExitCode sendNow(Sender sender) throws InterruptedException {
        try {
            if (dryRun) {
                preview(sender);
                return ExitCode.OK;
            }
            Duration atMost = deadline == null ? DEADLINE : deadline;
            SentInterval interval = sender.sendOnce(atMost).get();
            SenderStatus status = sender.status();
            if (status.waitingBatches() > 0) shell.err().println("gapless: " + Text.line(left(status)));
            boolean all = interval.quarantined() == 0 && status.waitingBatches() == 0;
            return all ? ExitCode.OK : ExitCode.FOUND;
        } catch (ExecutionException e) {
            if (e.getCause() instanceof StateException unusable) throw unusable;
            if (e.getCause() instanceof Error error) throw died(error);
            throw notCollected(e.getCause() == null ? e : e.getCause());
        } catch (IllegalStateException e) {
            throw notCollected(e);
        }
    }

    private static String left(SenderStatus status) {
        return Text.counted(status.waitingRecords(), "record") + " not acknowledged"
                + status.failure().map(last -> ": " + last.why()).orElse("")
                + ". The state keeps what is left, and the next run sends it.";
    }

    private static CliException died(Error cause) {
        String advice = cause instanceof OutOfMemoryError
                ? " Give Java more memory with -Xmx, or lower --fetch-size and --batch-bytes."
                : "";
        return new CliException(ExitCode.FAULT, Text.line("The sender has stopped: " + cause + "." + advice), cause);
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
        // If the source has refused a setting, the exit status is that of wrong usage, although the refusal comes only
        // now.
        boolean wrong = e.getCause() instanceof IllegalArgumentException
                || e.getCause() != null && e.getCause().getCause() instanceof IllegalArgumentException;
        return new CliException(
                wrong ? ExitCode.USAGE : ExitCode.TRY_LATER, Text.line(String.valueOf(e.getMessage())), e);
    }
}
