package io.gapless.cli;

import io.gapless.recovery.Access;
import io.gapless.recovery.GaplessStream;
import io.gapless.stream.FilteredStream;
import io.gapless.stream.StreamBuilder;
import java.nio.file.Path;
import java.time.Duration;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The options of every command that consumes the stream. */
final class StreamOptions {
    private final Shell shell;

    @Mixin
    private final XOptions x;

    @Option(
            names = "--access",
            paramLabel = "WORD",
            defaultValue = "auto",
            converter = WordConverter.ToAccess.class,
            description = "auto, enterprise or pay-per-use: how posts can be recovered, and how long a rule may be"
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
            names = "--connections",
            paramLabel = "N",
            defaultValue = "1",
            description = "1, or 2 with Enterprise access: the other one goes on when one is dropped (default:"
                    + " ${DEFAULT-VALUE}).")
    private int connections = 1;

    @Option(
            names = "--stall-timeout",
            paramLabel = "TIME",
            defaultValue = "25s",
            converter = DurationConverter.class,
            description = "After how much silence a connection counts as dead; X sends a sign of life every 20 s"
                    + " (default: ${DEFAULT-VALUE}).")
    private Duration stallTimeout = Duration.ofSeconds(25);

    StreamOptions(Shell shell) {
        this.shell = shell;
        this.x = new XOptions(shell);
    }

    XOptions x() {
        return x;
    }

    /** A stream that tells of outages. */
    FilteredStream.Builder stream() {
        return applyTo(FilteredStream.builder());
    }

    /** A stream that recovers what they cost. */
    GaplessStream.Builder gaplessStream() {
        return applyTo(GaplessStream.builder()).access(access);
    }

    private <B extends StreamBuilder<B>> B applyTo(B stream) {
        if (connections > 1 && access == Access.PAY_PER_USE) {
            throw CliException.usage("--connections: with pay-per-use access X allows one.");
        }
        checked(() -> x.applyTo(stream));
        if (rulesFile != null) stream.rules(RuleFiles.read(rulesFile, access, shell.err()));
        return checked(
                () -> stream.fields(fields.fields()).stallTimeout(stallTimeout).connections(connections));
    }

    /** What a builder refuses is a wrong command line. */
    static <T> T checked(Supplier<T> build) {
        try {
            return build.get();
        } catch (IllegalArgumentException e) {
            throw new CliException(ExitCode.USAGE, Text.line(String.valueOf(e.getMessage())), e);
        }
    }
}
