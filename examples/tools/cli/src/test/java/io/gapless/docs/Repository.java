package io.gapless.docs;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** The project's files as they lie in the working copy. */
final class Repository {
    private static final Path ROOT = root();

    private Repository() {}

    private static Path root() {
        Path folder = Path.of("").toAbsolutePath();
        while (folder != null && !Files.exists(folder.resolve("docs/runbook.md"))) folder = folder.getParent();
        if (folder == null)
            throw new IllegalStateException("The tests run outside the repository; its files are needed.");
        return folder;
    }

    static Path path(String name) {
        return ROOT.resolve(name);
    }

    /** A file's name as the documents write it. */
    static String name(Path file) {
        return ROOT.relativize(file).toString().replace('\\', '/');
    }

    static String read(String name) {
        return read(path(name));
    }

    static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** README, the pages at the root, those under {@code docs}, and that of the examples. */
    static List<Path> pages() {
        return Stream.of(files("", 1, ".md"), files("docs", 3, ".md"), files("examples", 1, ".md"))
                .flatMap(List::stream)
                .toList();
    }

    /** The Java sources of a folder. */
    static List<Path> sources(String folder) {
        return files(folder, 40, ".java");
    }

    private static List<Path> files(String folder, int depth, String ending) {
        Path start = path(folder);
        if (!Files.isDirectory(start)) return List.of();
        try (Stream<Path> all = Files.walk(start, depth)) {
            return all.filter(file -> file.toString().endsWith(ending)).sorted().toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
