package io.gapless.receiver;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * Creates a temporary directory, and deletes the directory when this object is closed.
 *
 * @param path the directory
 */
public record Scratch(Path path) implements AutoCloseable {
    /** Creates an empty directory whose name begins with {@code gapless-}. */
    public static Scratch make() throws IOException {
        return new Scratch(Files.createTempDirectory("gapless-"));
    }

    /** Creates a new empty directory within this one. */
    public Path directory(String name) throws IOException {
        return Files.createDirectories(path.resolve(name));
    }

    /** Replaces a directory by a copy of another one. */
    public static void copy(Path from, Path to) throws IOException {
        if (Files.exists(to)) delete(to);
        List<Path> all;
        try (Stream<Path> files = Files.walk(from)) {
            all = files.toList();
        }
        for (Path file : all) Files.copy(file, to.resolve(from.relativize(file)));
    }

    @Override
    public void close() throws IOException {
        delete(path);
    }

    private static void delete(Path directory) throws IOException {
        List<Path> all;
        try (Stream<Path> files = Files.walk(directory)) {
            all = files.sorted(Comparator.reverseOrder()).toList();
        }
        for (Path file : all) Files.deleteIfExists(file);
    }
}
