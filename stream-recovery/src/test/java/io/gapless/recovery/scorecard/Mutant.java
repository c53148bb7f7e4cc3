package io.gapless.recovery.scorecard;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * One way in which the library is wrong.
 *
 * @param name what is wrong, in words
 * @param file the source file, below the repository
 * @param right what stands there, once
 * @param wrong what stands there instead
 */
record Mutant(String name, Path file, String right, String wrong) {
    private static final Path CORE = Path.of("stream-core/src/main/java/io/gapless/stream");
    private static final Path RECOVERY = Path.of("stream-recovery/src/main/java/io/gapless/recovery");

    static Mutant ofCore(String name, String file, String right, String wrong) {
        return new Mutant(name, CORE.resolve(file), right, wrong);
    }

    static Mutant ofRecovery(String name, String file, String right, String wrong) {
        return new Mutant(name, RECOVERY.resolve(file), right, wrong);
    }

    /** How often its place is found in the sources as they are. */
    int places(Path repository) throws IOException {
        String source = Files.readString(repository.resolve(file));
        return (source.length() - source.replace(right, "").length()) / right.length();
    }

    /** The whole file, made wrong. */
    String source(Path repository) throws IOException {
        return Files.readString(repository.resolve(file)).replace(right, wrong);
    }

    @Override
    public String toString() {
        return name;
    }
}
