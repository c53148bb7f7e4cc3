package io.gapless.cli;

import io.gapless.recovery.state.StateDirectory;
import io.gapless.recovery.state.StateVisitor;
import io.gapless.stream.seam.Time;
import java.nio.file.Path;
import java.util.Optional;
import picocli.CommandLine.Option;

/** The option of every command that looks into a state directory, whether or not a stream is running on it. */
final class StateOptions {
    @Option(
            names = "--state",
            required = true,
            paramLabel = "DIR",
            description = "The state directory that 'gapless consume' or another program has been given.")
    private Path directory = Path.of("");

    StateVisitor visit() {
        return StateDirectory.visit(directory, Time.system());
    }

    /** The process id of the stream that is running on it. */
    Optional<String> owner() {
        return StateOwner.of(directory);
    }

    @Override
    public String toString() {
        return directory.toString();
    }
}
