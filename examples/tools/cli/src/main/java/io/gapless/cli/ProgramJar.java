package io.gapless.cli;

import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** Finds the jar of this program, for commands that are printed to be copied. */
final class ProgramJar {
    /** The jar that a clone builds. */
    static final Path OF_A_CLONE = Path.of("examples/tools/cli/target/gapless.jar");

    private ProgramJar() {}

    /** Returns the jar that runs, as seen from the current directory; empty if the classes of a build run. */
    static Optional<Path> running() {
        try {
            Path path = Path.of(ProgramJar.class
                    .getProtectionDomain()
                    .getCodeSource()
                    .getLocation()
                    .toURI());
            if (!Files.isRegularFile(path)) return Optional.empty();
            Path here = Path.of("").toAbsolutePath();
            return Optional.of(path.startsWith(here) ? here.relativize(path) : path);
        } catch (URISyntaxException e) {
            return Optional.empty();
        }
    }
}
