package io.gapless.sending;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** Creates a temporary directory, and deletes the directory when this object is closed. */
record Directories(Path path) implements AutoCloseable {
    static Directories make() throws IOException {
        return new Directories(Files.createTempDirectory("gapless-sending-"));
    }

    /** Replaces a directory by a copy of another one. */
    static void copy(Path from, Path to) throws IOException {
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
