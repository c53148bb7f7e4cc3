package io.gapless.cli;

import io.gapless.recovery.GaplessStream;
import io.gapless.recovery.state.StateDirectory;
import io.gapless.recovery.state.StateStore;
import io.gapless.stream.FilteredStream;
import io.gapless.stream.seam.Seams;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Writes the stream's posts to a file or to standard output, and its events to standard error. */
@Command(
        name = "consume",
        header = "Write the stream's posts to a file or to standard output.",
        description = {
            "Writes each post of the stream as one line of JSON, exactly as X sent it.",
            "A post counts as received only once it is written. Events go to standard error. SIGINT and SIGTERM write what"
                    + " has been received, close the connection, and end the command with status 0.",
            "With --state, posts that X sent during an outage are recovered by backfill, recovery jobs or search, also"
                    + " after a crash or a restart. What could not be recovered is listed by 'gapless gaps'. Without"
                    + " --state, an outage is reported, and its posts are lost.",
            "With the URL of a PostgreSQL as --state, hosts share the state: one of them holds the stream and writes its posts;"
                    + " the others stand by, and one takes over when the holder ends or does not reach the database for"
                    + " longer than the lease. A process that was taken over ends with status 9.",
            "When standard error is a terminal and the posts go elsewhere, a line a minute and a bar for each gap under"
                    + " recovery show the progress.",
            "When the reader of a pipe closes it, as in 'gapless consume | head', the command ends with status 6."
        },
        footer = {
            "",
            "Examples:",
            "  gapless consume --state state --rules-file rules.txt --out posts.ndjson",
            "  gapless consume --state state --since '2h ago' | jq -r .data.text",
            "  gapless consume --state jdbc:postgresql://db.example.com/app --stream cats --out posts.ndjson",
            "  gapless consume --state state --page 8090 --out posts.ndjson",
            "  gapless consume --base-url http://127.0.0.1:8080 --for 30s",
            "",
            XOptions.TOKEN_HELP
        })
final class ConsumeCommand implements Callable<Integer> {
    private static final int BATCH_MAX = 1_000;
    private static final Path STANDARD_OUTPUT = Path.of("-");
    private static final Duration LOCK_WAIT = Duration.ofSeconds(30);

    private final Shell shell;
    private final ErrorLines err;

    @Mixin
    private final StreamOptions stream;

    @Option(
            names = "--state",
            paramLabel = "DIR|URL",
            converter = StatePlaceConverter.class,
            description = "The directory that keeps track of what has been received, so that the rest can be recovered."
                    + " It is created if missing. One process at a time. Or the JDBC URL of a PostgreSQL, without a"
                    + " password, for several hosts; with --stream.")
    private @Nullable StatePlace state;

    @Mixin
    private final SharedStateOptions shared;

    @Option(
            names = "--lease",
            paramLabel = "TIME",
            converter = DurationConverter.class,
            description = "With a database as --state: how long a process that does not reach the database keeps the"
                    + " stream: 2s or more, and the same on each host (default: 5s).")
    private @Nullable Duration lease;

    @Option(
            names = "--end-stuck-connection",
            description =
                    "When X refuses a connect because all slots are taken, ask X to end exactly the last connection"
                            + " of this state, which X may count although its process is gone.")
    private boolean endStuckConnection;

    @Option(
            names = "--warm-standby",
            description =
                    "With a database as --state and Enterprise access: keep a connection while this process stands by,"
                            + " and take over without a connect.")
    private boolean warmStandby;

    @Option(
            names = "--spill-directory",
            paramLabel = "DIR",
            description =
                    "With a database as --state: the directory of the spill file, which holds posts while the output"
                            + " is slower than X. Without it, posts wait in memory only.")
    private @Nullable Path spillDirectory;

    @Option(
            names = "--lock-wait",
            paramLabel = "TIME",
            converter = DurationConverter.class,
            description = "With a state directory: how long to wait for another process to release it (default: 30s).")
    private @Nullable Duration lockWait;

    @Option(
            names = "--overlap",
            paramLabel = "TIME",
            converter = DurationConverter.class,
            description = "With --state: how much more to recover on both sides of an outage, since posts come late:"
                    + " 30s to 4m (default: 60s).")
    private @Nullable Duration overlap;

    @Option(
            names = "--max-recovered-posts",
            paramLabel = "N",
            description =
                    "With --state: how many posts search may buy per gap and per day (default: 2000, about $$10).")
    private @Nullable Long maxRecoveredPosts;

    @Option(
            names = "--archive-search",
            description = "With --state: the account has full-archive search. Use it for what is older than 7 days.")
    private boolean archiveSearch;

    @Option(
            names = "--since",
            paramLabel = "WHEN",
            converter = InstantConverter.class,
            description = "With a new --state: also recover what X sent since then:%n" + InstantConverter.FORMS)
    private @Nullable Instant since;

    @Option(
            names = "--out",
            paramLabel = "FILE",
            defaultValue = "-",
            description =
                    "Append the posts to this file; - is standard output (default: ${DEFAULT-VALUE}). A file that is"
                            + " renamed or removed is opened again.")
    private Path out = STANDARD_OUTPUT;

    @Option(
            names = "--envelope",
            description = "Write {\"origin\":…,\"receivedAt\":…,\"post\":LINE} instead of the bare line.")
    private boolean envelope;

    @Option(
            names = "--for",
            paramLabel = "TIME",
            converter = DurationConverter.class,
            description = "End after this time, such as 30s, 5m, 2h, 1d.")
    private @Nullable Duration length;

    @Mixin
    private final PageOptions pages;

    @Option(names = "--progress", description = "Show the progress also when standard error is not a terminal.")
    private boolean progress;

    ConsumeCommand(Shell shell) {
        this.shell = shell;
        this.err = new ErrorLines(shell.err());
        this.stream = new StreamOptions(shell);
        this.shared = new SharedStateOptions(shell);
        this.pages = new PageOptions(shell);
    }

    @Override
    public Integer call() throws Exception {
        if (state instanceof StatePlace.Database database)
            return consume(database).status();
        shared.checkUnused();
        if (lease != null || spillDirectory != null || warmStandby)
            throw CliException.usage(
                    "--lease, --spill-directory and --warm-standby need --state" + " jdbc:postgresql://HOST/DATABASE.");
        return (state instanceof StatePlace.Directory directory ? consume(directory.path()) : consume()).status();
    }

    /**
     * Consumes without a state directory: outages are reported, and the posts that X sends during an outage are lost.
     */
    private ExitCode consume() throws Exception {
        if (lockWait != null || overlap != null || maxRecoveredPosts != null || since != null || archiveSearch) {
            throw CliException.usage(
                    "--lock-wait, --overlap, --max-recovered-posts, --archive-search and --since need --state DIR.");
        }
        FilteredStream.Builder builder = stream.stream();
        try (PostOutput output = output();
                OpenPage page = OpenPage.of(pages.open("consume", "consume", stream.endpointName()))) {
            Consumption consumption = consumption(output, false);
            err.println(
                    "Without --state, posts that X sends during an outage are lost. Add --state DIR to recover them.");
            FilteredStream running =
                    BuilderSettings.checked(() -> builder.batchHandler(BATCH_MAX, page.watchingBatches(consumption))
                            .onEvent(page.watching(consumption))
                            .build());
            page.show(running);
            return consumption.run(running::start, running::health, running::awaitClose, running::close, length);
        }
    }

    /** Consumes with a state directory: the posts that X sends during an outage are recovered. */
    private ExitCode consume(Path directory) throws Exception {
        GaplessStream.Builder builder = recovering();
        // Open the state before the output. If another process owns the state, this one then fails before it changes
        // the output file of that process. The stream also needs the directory itself, since it spills posts there.
        try (StateStore store = StateDirectory.open(
                        directory,
                        lockWait == null ? LOCK_WAIT : lockWait,
                        Seams.system().time());
                PostOutput output = output()) {
            return run(
                    builder.store(store).stateDirectory(directory),
                    output,
                    "state ",
                    String.valueOf(directory.getFileName()));
        }
    }

    /** Consumes with a state that hosts share: stands by until this process may hold the stream. */
    private ExitCode consume(StatePlace.Database database) throws Exception {
        if (lockWait != null)
            throw CliException.usage("--lock-wait needs a state directory. With a database as --state, this process"
                    + " stands by for as long as another one holds the stream.");
        String name = shared.stream();
        GaplessStream.Builder builder = recovering().sharedState(shared.source(database), name);
        if (lease != null) builder.lease(lease);
        if (spillDirectory != null) builder.spillDirectory(spillDirectory);
        if (warmStandby) builder.warmStandby();
        try (PostOutput output = output()) {
            return run(builder, output, "stream ", name);
        }
    }

    private ExitCode run(GaplessStream.Builder builder, PostOutput output, String kind, String name) throws Exception {
        Consumption consumption = consumption(output, true);
        try (OpenPage page = OpenPage.of(pages.open(kind + name, name, stream.endpointName()))) {
            GaplessStream running =
                    BuilderSettings.checked(() -> builder.batchHandler(BATCH_MAX, page.watchingBatches(consumption))
                            .onEvent(page.watching(consumption))
                            .build());
            page.show(running);
            return consumption.run(running::start, running::health, running::awaitClose, running::close, length);
        }
    }

    /** Returns the builder of a stream that recovers, with the options that concern the recovery. */
    private GaplessStream.Builder recovering() {
        GaplessStream.Builder builder = stream.gaplessStream().archiveSearch(archiveSearch);
        if (overlap != null) {
            Duration margin = overlap;
            BuilderSettings.checked(() -> builder.overlap(margin));
        }
        if (since != null) {
            if (since.isAfter(Instant.now())) throw CliException.usage("--since " + since + " is in the future.");
            builder.since(since);
        }
        if (maxRecoveredPosts != null) {
            long posts = maxRecoveredPosts;
            BuilderSettings.checked(() -> builder.maxRecoveredPosts(posts));
        }
        if (endStuckConnection) builder.endStuckConnection();
        return builder;
    }

    private PostOutput output() {
        return out.equals(STANDARD_OUTPUT)
                ? PostOutput.to(shell.rawOut(), envelope)
                : PostOutput.to(out, envelope, err::println);
    }

    private Consumption consumption(PostOutput output, boolean recovers) {
        boolean errIsTerminal = shell.errIsTerminal();
        // If posts and progress bars appeared on the same terminal, they would overwrite each other.
        boolean mixed = out.equals(STANDARD_OUTPUT) && shell.outIsTerminal();
        boolean shown = progress || errIsTerminal && !mixed;
        return new Consumption(
                err,
                errIsTerminal && !mixed,
                output,
                recovers,
                shown ? Optional.of(new ConsumeProgress(recovers, Instant.now())) : Optional.empty());
    }
}
