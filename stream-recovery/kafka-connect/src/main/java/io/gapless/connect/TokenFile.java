package io.gapless.connect;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Supplier;

/**
 * Reads the token from a file, each time that it is needed.
 *
 * @param file holds the token and nothing else
 */
record TokenFile(Path file) implements Supplier<String> {
    private static final long BYTES_MAX = 16 * 1024;

    @Override
    public String get() {
        try {
            if (Files.size(file) > BYTES_MAX)
                throw new IllegalStateException("The token's file " + file
                        + " is larger than 16 KiB. It must hold the token and nothing else.");
            String token = Files.readString(file).strip();
            if (token.isEmpty())
                throw new IllegalStateException("The token's file " + file + " is empty. It must hold the token.");
            return token;
        } catch (IOException e) {
            throw new IllegalStateException(
                    "The token's file " + file + " cannot be read: "
                            + e.getClass().getSimpleName()
                            + ". Check the path on each worker, and that its user may read it.",
                    e);
        }
    }
}
