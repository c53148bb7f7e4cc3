package io.gapless.cli;

import io.gapless.recovery.outbox.OutboxVisitor;
import java.nio.file.Path;
import picocli.CommandLine.Option;

/** The option of every command that looks into an outbox, whether or not a sender is running on it. */
final class OutboxOptions {
    @Option(
            names = "--state",
            required = true,
            paramLabel = "DIR",
            description = "The state directory of 'gapless send' or of another program.")
    private Path directory = Path.of("");

    OutboxVisitor visit() {
        return OutboxVisitor.open(directory);
    }
}
