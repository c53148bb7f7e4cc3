package io.gapless.cli;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Tokens, keys and passwords: from a file or from the environment, never from an argument, which others on the machine can
 * see. Never printed; not even the name of their file, since a secret may stand there by mistake.
 */
final class Secret {
    /** More than any secret has; a device without end must not be read for ever. */
    private static final int MAX_BYTES = 16 * 1024;

    private Secret() {}

    /**
     * Finds one: in the file first, which is then read again at each use, so that it can be rotated.
     *
     * @param option the option that names the file
     * @param what as people call it
     * @param variable the environment's variable that holds it otherwise
     * @return gives it; empty if there is none
     * @throws CliException if the file cannot be used
     */
    static Optional<Supplier<String>> find(
            String option, String what, @Nullable Path file, String variable, Map<String, String> environment) {
        if (file != null) {
            read(option, what, file);
            return Optional.of(() -> read(option, what, file));
        }
        String value = environment.getOrDefault(variable, "").strip();
        return value.isEmpty() ? Optional.empty() : Optional.of(() -> value);
    }

    /** Reads a file that holds nothing else. */
    static String read(String option, String what, Path file) {
        String secret;
        try (InputStream in = Files.newInputStream(file)) {
            secret = new String(in.readNBytes(MAX_BYTES), StandardCharsets.UTF_8).strip();
        } catch (IOException e) {
            throw CliException.usage("The file of " + option + " cannot be read ("
                    + e.getClass().getSimpleName() + "); give the name of a file that holds the " + what + ".");
        }
        if (secret.isEmpty())
            throw CliException.usage("The file of " + option + " is empty; put the " + what + " there.");
        return secret;
    }
}
