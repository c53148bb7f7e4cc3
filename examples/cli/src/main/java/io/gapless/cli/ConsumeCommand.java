package io.gapless.cli;

import io.gapless.recovery.GaplessStream;
import io.gapless.recovery.state.StateDirectory;
import io.gapless.recovery.state.StateStore;
import io.gapless.stream.FilteredStream;
import io.gapless.stream.seam.Time;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.Callable;
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
            "With --state, what an outage has cost is recovered by backfill, recovery jobs or search, also after a crash"
                    + " or a restart, and whatever stays lost is written down: see 'gapless gaps'. Without it, an outage"
                    + " is only told, and what X sent meanwhile is lost."
        })
final class ConsumeCommand implements Callable<Integer> {
    private static final int BATCH_MAX = 1_000;
    private static final Duration LOCK_WAIT = Duration.ofSeconds(30);

    private final Shell shell;

    @Mixin
    private final StreamOptions stream;

    @Option(
            names = "--state",
            paramLabel = "DIR",
            description =
                    "Remember here what has come, and recover what has not. Made if need be; one process at a time.")
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
            description = "With a --state that is new: recover what came after this moment, too, such as"
                    + " 2026-03-01T12:00:00Z.")
    private @Nullable Instant since;

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
            names = "--for",
            paramLabel = "TIME",
            converter = DurationConverter.class,
            description = "End after this time, such as 30s, 5m, 2h, 1d.")
    private @Nullable Duration length;

    ConsumeCommand(Shell shell) {
        this.shell = shell;
        this.stream = new StreamOptions(shell);
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
        FilteredStream.Builder builder = stream.stream();
        try (PostOutput output = output()) {
            Consumption consumption = new Consumption(shell, output, false);
            FilteredStream running = StreamOptions.checked(() -> builder.batchHandler(BATCH_MAX, consumption)
                    .onEvent(consumption)
                    .build());
            return consumption.run(running::start, running::health, running::awaitClose, running::close, length);
        }
    }

    /** With a memory: what an outage has cost is recovered. */
    private ExitCode consume(Path directory) throws Exception {
        GaplessStream.Builder builder = stream.gaplessStream().archiveSearch(archiveSearch);
        if (overlap != null) {
            Duration margin = overlap;
            StreamOptions.checked(() -> builder.overlap(margin));
        }
        if (since != null) {
            if (since.isAfter(Instant.now())) throw CliException.usage("--since " + since + " is in the future.");
            builder.since(since);
        }
        if (maxRecoveredPosts != null) {
            long posts = maxRecoveredPosts;
            StreamOptions.checked(() -> builder.maxRecoveredPosts(posts));
        }
        // The state first: an output that another process is writing to is not touched. The directory is for the spill.
        try (StateStore store = StateDirectory.open(directory, lockWait == null ? LOCK_WAIT : lockWait, Time.system());
                PostOutput output = output()) {
            Consumption consumption = new Consumption(shell, output, true);
            GaplessStream running = StreamOptions.checked(() -> builder.store(store)
                    .stateDirectory(directory)
                    .batchHandler(BATCH_MAX, consumption)
                    .onEvent(consumption)
                    .build());
            return consumption.run(running::start, running::health, running::awaitClose, running::close, length);
        }
    }

    private PostOutput output() {
        return out.equals("-") ? PostOutput.to(shell.rawOut(), envelope) : PostOutput.to(Path.of(out), envelope);
    }
}
