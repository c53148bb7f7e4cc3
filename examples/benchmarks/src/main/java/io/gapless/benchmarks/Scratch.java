package io.gapless.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.stream.Stream;

/** Creates directories for measured processes, and deletes them when closed. Not thread-safe. */
final class Scratch implements AutoCloseable {
    private final Path all = Files.createTempDirectory("gapless-benchmarks");
    private int made;

    Scratch() throws IOException {}

    /** Creates a new empty directory. */
    Path directory() throws IOException {
        return Files.createDirectory(all.resolve(Integer.toString(made++)));
    }

    @Override
    public void close() throws IOException {
        try (Stream<Path> files = Files.walk(all)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) Files.delete(file);
        }
    }
}
