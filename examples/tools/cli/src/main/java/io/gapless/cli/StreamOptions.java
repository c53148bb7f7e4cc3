package io.gapless.cli;

import io.gapless.recovery.Access;
import io.gapless.recovery.GaplessStream;
import io.gapless.stream.FilteredStream;
import io.gapless.stream.StreamBuilder;
import io.gapless.stream.post.Endpoint;
import io.gapless.stream.seam.Durations;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Holds the options of every command that consumes the stream. */
final class StreamOptions {
    private final Shell shell;

    @Mixin
    private final XOptions x;

    @Option(
            names = "--access",
            paramLabel = "WORD",
            defaultValue = "auto",
            converter = WordConverter.ToAccess.class,
            description = "The account's access to X: auto, enterprise or pay-per-use. It decides how posts can be"
                    + " recovered and how long a rule may be (default: ${DEFAULT-VALUE}).")
    private Access access = Access.AUTO;

    @Option(
            names = "--rules-file",
            paramLabel = "FILE",
            description =
                    "A file of rules, one a line: name = value. X's rules are synchronised with it at the start; - reads"
                            + " standard input. Without it, X's rules stay as they are.")
    private @Nullable Path rulesFile;

    @Option(
            names = "--fields",
            paramLabel = "WORD",
            defaultValue = "standard",
            converter = WordConverter.ToFieldsPreset.class,
            description = "What X sends with each post: minimal, standard or everything (default: ${DEFAULT-VALUE})."
                    + " X may bill the users and posts that come with 'everything'.")
    private FieldsPreset fields = FieldsPreset.STANDARD;

    @Option(
            names = "--connections",
            paramLabel = "N",
            defaultValue = "1",
            description = "How many connections to keep open: 1, or 2 with Enterprise access, so that one continues"
                    + " when the other drops (default: ${DEFAULT-VALUE}).")
    private int connections = 1;

    @Option(
            names = "--stall-timeout",
            paramLabel = "TIME",
            defaultValue = "25s",
            converter = DurationConverter.class,
            description = "How long a connection may be silent before it counts as stalled. X sends a keep-alive at"
                    + " least every 20 s (default: ${DEFAULT-VALUE}).")
    private Duration stallTimeout = Duration.ofSeconds(25);

    @Option(
            names = "--endpoint",
            paramLabel = "NAME",
            defaultValue = "filtered",
            converter = EndpointConverter.class,
            description =
                    "The stream to read: filtered, sample, or with a partition such as sample10:1, one of sample10,"
                            + " firehose, firehose-en, firehose-ja, firehose-ko, firehose-pt (default: ${DEFAULT-VALUE}).")
    private Endpoint endpoint = Endpoint.FILTERED_STREAM;

    /** How long X is silent at most: docs/gotchas.md. */
    private static final Duration KEEP_ALIVE = Duration.ofSeconds(20);

    StreamOptions(Shell shell) {
        this.shell = shell;
        this.x = new XOptions(shell);
    }

    XOptions x() {
        return x;
    }

    /** Returns the name of the stream to read, as {@code --endpoint} has it. */
    String endpointName() {
        return EndpointConverter.name(endpoint);
    }

    /** Returns the builder of a stream that only reports outages. */
    FilteredStream.Builder stream() {
        return applyTo(FilteredStream.builder());
    }

    /** Returns the builder of a stream that recovers the posts that X sends during outages. */
    GaplessStream.Builder gaplessStream() {
        return applyTo(GaplessStream.builder()).access(access);
    }

    private <B extends StreamBuilder<B>> B applyTo(B stream) {
        if (connections > 1 && access == Access.PAY_PER_USE) {
            throw CliException.usage("--connections: with pay-per-use access, X allows one connection.");
        }
        BuilderSettings.checked(() -> x.applyTo(stream));
        if (rulesFile != null) stream.rules(new RuleFiles(shell).read(rulesFile, access));
        B complete = BuilderSettings.checked(() -> stream.endpoint(endpoint)
                .fields(fields.fields())
                .stallTimeout(stallTimeout)
                .connections(connections));
        if (stallTimeout.compareTo(KEEP_ALIVE) <= 0) warnOfStallTimeout();
        return complete;
    }

    private void warnOfStallTimeout() {
        shell.err()
                .println("gapless: --stall-timeout is " + Durations.text(stallTimeout) + ", and X is silent for up to "
                        + Durations.text(KEEP_ALIVE)
                        + " when no post matches. So a quiet connection counts as stalled, and"
                        + " each reconnect uses up the connect budget. Set it to 25s, unless another server sends keep-alives"
                        + " more often.");
    }
}
