package io.gapless.cli;

import io.gapless.recovery.Access;
import io.gapless.stream.FilteredStream;
import io.gapless.stream.Health;
import io.gapless.stream.StreamEvent;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
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
                    + " what has been received, free X's slot, and end with status 0."
        })
final class ConsumeCommand implements Callable<Integer> {
    private static final int BATCH_MAX = 1_000;
    private static final Duration DRAIN = Duration.ofSeconds(5);

    /** Why consuming came to its end. */
    private enum End {
        TOLD_TO,
        TIME_OVER,
        GIVEN_UP,
        OUTPUT_FAILED
    }

    private final Shell shell;

    @Mixin
    private final XOptions x;

    @Option(
            names = "--access",
            paramLabel = "WORD",
            defaultValue = "auto",
            converter = WordConverter.ToAccess.class,
            description = "auto, enterprise or pay-per-use: how long a rule may be (default: ${DEFAULT-VALUE}).")
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
        FilteredStream.Builder stream = x.stream().fields(fields.fields());
        if (rulesFile != null) stream.rules(RuleFiles.read(rulesFile, access, shell.err()));
        try (PostOutput output = output()) {
            return consume(stream, output).status();
        }
    }

    private PostOutput output() {
        return out.equals("-") ? PostOutput.to(shell.rawOut(), envelope) : PostOutput.to(Path.of(out), envelope);
    }

    private ExitCode consume(FilteredStream.Builder builder, PostOutput output) throws Exception {
        CompletableFuture<End> end = new CompletableFuture<>();
        FilteredStream stream = build(builder.batchHandler(BATCH_MAX, posts -> {
                    try {
                        output.write(posts);
                    } catch (IOException e) {
                        end.complete(End.OUTPUT_FAILED);
                        throw e;
                    }
                })
                .onEvent(event -> {
                    shell.err().println(EventLine.of(event));
                    if (event instanceof StreamEvent.Failed) end.complete(End.GIVEN_UP);
                }));
        return EndSignal.endsInGoodOrder(() -> end.complete(End.TOLD_TO), () -> {
            if (length != null) end.completeOnTimeout(End.TIME_OVER, length.toMillis(), TimeUnit.MILLISECONDS);
            stream.start();
            End why = await(end);
            Health last = stream.health();
            stream.close(why == End.OUTPUT_FAILED ? Duration.ZERO : DRAIN);
            return exitCode(why, last, stream.health(), output.failure());
        });
    }

    private static End await(CompletableFuture<End> end) throws ExecutionException {
        try {
            return end.get();
        } catch (InterruptedException e) {
            // Where the command is not a process of its own, this is how it is told to end.
            return End.TOLD_TO;
        }
    }

    private FilteredStream build(FilteredStream.Builder stream) {
        try {
            return stream.stallTimeout(stallTimeout).build();
        } catch (IllegalArgumentException e) {
            throw new CliException(ExitCode.USAGE, Text.line(String.valueOf(e.getMessage())), e);
        }
    }

    private ExitCode exitCode(End why, Health atTheEnd, Health closed, @Nullable IOException outputFailure) {
        long unwritten = closed.received() - closed.handled() - closed.duplicates();
        shell.err().println(closed.handled() + " posts written, " + closed.duplicates() + " duplicates left out.");
        if (outputFailure != null) {
            shell.err()
                    .println("gapless: The output cannot be written: " + Text.line(outputFailure.toString()) + ". "
                            + unwritten + " posts were received and not written; the last line may be cut off."
                            + " Make room, or keep the reader of the pipe alive, and start again.");
            return ExitCode.OUTPUT_FAILED;
        }
        if (why == End.GIVEN_UP) return ExitCode.REFUSED;
        if (unwritten > 0) return ExitCode.FOUND;
        return why == End.TIME_OVER && atTheEnd.state() == Health.State.PARKED ? ExitCode.PARKED : ExitCode.OK;
    }
}
