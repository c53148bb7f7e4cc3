package io.gapless.cli;

import io.gapless.recovery.state.StateClient;
import io.gapless.recovery.state.StateDirectory;
import io.gapless.stream.seam.Seams;
import java.nio.file.Path;
import picocli.CommandLine.Option;

/**
 * Holds the option that names the state directory, for every command that reads one. A stream may be running or not.
 */
final class StateOptions {
    @Option(
            names = "--state",
            required = true,
            paramLabel = "DIR",
            description = "The state directory of 'gapless consume' or of another program.")
    private Path directory = Path.of("");

    StateClient client() {
        return StateDirectory.client(directory, Seams.system().time());
    }

    @Override
    public String toString() {
        return directory.toString();
    }
}
