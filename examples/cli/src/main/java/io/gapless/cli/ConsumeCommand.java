package io.gapless.cli;

import io.gapless.recovery.Access;
import io.gapless.recovery.GaplessStream;
import io.gapless.recovery.state.StateDirectory;
import io.gapless.recovery.state.StateStore;
import io.gapless.stream.FilteredStream;
import io.gapless.stream.seam.Time;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Writes the stream to a file or to standard output, and what happens to standard error. */
@Command(
        name = "consume",
        description = {
            "Writes each post of the stream as one line of JSON, exactly as X sent it.",
            "A post counts as received only once it is written. Events go to standard error. SIGINT and SIGTERM write"
                    + " what has been received, free X's slot, and end with status 0.",
            "With --state, what an outage has cost is regained by backfill, recovery jobs or search, also after a crash"
                    + " or a restart, and whatever stays lost is written down: see 'gapless gaps'. Without it, an outage"
                    + " is only told, and what X sent meanwhile is lost."
        })
final class ConsumeCommand implements Callable<Integer> {
    private static final int BATCH_MAX = 1_000;
    private static final Duration LOCK_WAIT = Duration.ofSeconds(30);

    private final Shell shell;

    @Mixin
    private final XOptions x;

    @Option(
            names = "--access",
            paramLabel = "WORD",
            defaultValue = "auto",
            converter = WordConverter.ToAccess.class,
            description = "auto, enterprise or pay-per-use: how posts can be regained, and how long a rule may be"
                    + " (default: ${DEFAULT-VALUE}).")
    private Access access = Access.AUTO;

    @Option(
            names = "--rules-file",
            paramLabel = "FILE",
            description =
                    "Rules that X shall hold, a line each: name = value. Without it, those that X holds are used as"
                            + " they are.")
    private @Nullable Path rulesFile;

    @Option(
            names = "--fields",
            paramLabel = "WORD",
            defaultValue = "standard",
            converter = WordConverter.ToFieldsPreset.class,
            description = "minimal, standard or everything: what X tells about each post (default: ${DEFAULT-VALUE})."
                    + " X may bill the users and posts that come with everything.")
    private FieldsPreset fields = FieldsPreset.STANDARD;

    @Option(
            names = "--state",
            paramLabel = "DIR",
            description =
                    "Remember here what has come, and regain what has not. Made if need be; one process at a time.")
    private @Nullable Path state;

    @Option(
            names = "--lock-wait",
            paramLabel = "TIME",
            converter = DurationConverter.class,
            description = "With --state: how long to wait for another process to give it up (default: 30s).")
    private @Nullable Duration lockWait;

    @Option(
            names = "--overlap",
            paramLabel = "TIME",
            converter = DurationConverter.class,
            description = "With --state: how much more to ask for on both sides of an outage, since posts come late;"
                    + " 30s to 4m (default: 60s).")
    private @Nullable Duration overlap;

    @Option(
            names = "--max-recovered-posts",
            paramLabel = "N",
            description = "With --state: how many posts search may buy for a gap, and in a day (default: 2000, about"
                    + " $$10).")
    private @Nullable Long maxRecoveredPosts;

    @Option(
            names = "--archive-search",
            description = "With --state: the account has full-archive search, for what is older than 7 days.")
    private boolean archiveSearch;

    @Option(
            names = "--since",
            paramLabel = "INSTANT",
            converter = InstantConverter.class,
            description = "With a --state that is new: regain what came after this moment, too, such as"
                    + " 2026-03-01T12:00:00Z.")
    private @Nullable Instant since;

    @Option(
            names = "--connections",
            paramLabel = "N",
            defaultValue = "1",
            description = "1, or 2 with Enterprise access: the other one goes on when one is dropped (default:"
                    + " ${DEFAULT-VALUE}).")
    private int connections = 1;

    @Option(
            names = "--out",
            paramLabel = "FILE",
            defaultValue = "-",
            description = "Append the posts to a file; - is standard output (default: ${DEFAULT-VALUE}).")
    private String out = "-";

    @Option(
            names = "--envelope",
            description = "Write {\"origin\":…,\"receivedAt\":…,\"post\":<line>} instead of the bare line.")
    private boolean envelope;

    @Option(
            names = "--stall-timeout",
            paramLabel = "TIME",
            defaultValue = "25s",
            converter = DurationConverter.class,
            description = "After how much silence a connection counts as dead; X sends a sign of life every 20 s"
                    + " (default: ${DEFAULT-VALUE}).")
    private Duration stallTimeout = Duration.ofSeconds(25);

    @Option(
            names = "--for",
            paramLabel = "TIME",
            converter = DurationConverter.class,
            description = "End after this time, such as 30s, 5m, 2h, 1d.")
    private @Nullable Duration length;

    ConsumeCommand(Shell shell) {
        this.shell = shell;
        this.x = new XOptions(shell);
    }

    @Override
    public Integer call() throws Exception {
        return (state == null ? consume() : consume(state)).status();
    }

    /** Without a memory: outages are told. */
    private ExitCode consume() throws Exception {
        if (lockWait != null || overlap != null || maxRecoveredPosts != null || since != null || archiveSearch) {
            throw CliException.usage(
                    "--lock-wait, --overlap, --max-recovered-posts, --archive-search and --since need --state DIR.");
        }
        FilteredStream.Builder builder = FilteredStream.builder().fields(fields.fields());
        applyTo(builder);
        try (PostOutput output = output()) {
            Consumption consumption = new Consumption(shell, output, false);
            FilteredStream stream = checked(() -> builder.batchHandler(BATCH_MAX, consumption)
                    .onEvent(consumption)
                    .build());
            return consumption.run(stream::start, stream::health, stream::close, length);
        }
    }

    /** With a memory: what an outage has cost is regained. */
    private ExitCode consume(Path directory) throws Exception {
        GaplessStream.Builder builder =
                GaplessStream.builder().fields(fields.fields()).access(access).archiveSearch(archiveSearch).stream(
                        this::applyTo);
        if (overlap != null) {
            Duration margin = overlap;
            checked(() -> builder.overlap(margin));
        }
        if (since != null) {
            if (since.isAfter(Instant.now())) throw CliException.usage("--since " + since + " is in the future.");
            builder.since(since);
        }
        if (maxRecoveredPosts != null) {
            long posts = maxRecoveredPosts;
            checked(() -> builder.maxRecoveredPosts(posts));
        }
        // The state first: an output that another process is writing to is not touched.
        try (StateStore store = StateDirectory.open(directory, lockWait == null ? LOCK_WAIT : lockWait, Time.system());
                PostOutput output = output()) {
            Consumption consumption = new Consumption(shell, output, true);
            GaplessStream stream = checked(() -> builder.store(store)
                    .batchHandler(BATCH_MAX, consumption)
                    .onEvent(consumption)
                    .build());
            return consumption.run(stream::start, stream::health, stream::close, length);
        }
    }

    private void applyTo(FilteredStream.Builder stream) {
        if (connections > 1 && access == Access.PAY_PER_USE) {
            throw CliException.usage("--connections: with pay-per-use access X allows one.");
        }
        checked(() -> x.applyTo(stream));
        if (rulesFile != null) stream.rules(RuleFiles.read(rulesFile, access, shell.err()));
        checked(() -> stream.stallTimeout(stallTimeout).connections(connections));
    }

    private PostOutput output() {
        return out.equals("-") ? PostOutput.to(shell.rawOut(), envelope) : PostOutput.to(Path.of(out), envelope);
    }

    /** What a builder refuses is a wrong command line. */
    private static <T> T checked(Supplier<T> build) {
        try {
            return build.get();
        } catch (IllegalArgumentException e) {
            throw new CliException(ExitCode.USAGE, Text.line(String.valueOf(e.getMessage())), e);
        }
    }
}
