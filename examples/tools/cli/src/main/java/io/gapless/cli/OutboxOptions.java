package io.gapless.cli;

import io.gapless.recovery.outbox.OutboxClient;
import java.nio.file.Path;
import picocli.CommandLine.Option;

/** Holds the option that names the outbox, for every command that reads one. A sender may be running or not. */
final class OutboxOptions {
    @Option(
            names = "--state",
            required = true,
            paramLabel = "DIR",
            description = "The state directory of 'gapless send' or of another program.")
    private Path directory = Path.of("");

    OutboxClient client() {
        return OutboxClient.open(directory);
    }
}
