package io.gapless.cli;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/** Explains, in words, why a file cannot be read. */
final class ReadFailure {
    private ReadFailure() {}

    static String explain(Path file, IOException failure) {
        if (Files.isDirectory(file)) return "it is a directory";
        if (failure instanceof NoSuchFileException) return "it does not exist";
        if (failure instanceof AccessDeniedException) return "this user may not read it";
        return failure.getClass().getSimpleName();
    }
}
