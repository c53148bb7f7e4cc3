package io.gapless.cli;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Reads the options of one sender from a file. Each line holds one option without its dashes: {@code to =
 * https://example.org/api}, or {@code per-service} alone. Lines that begin with # are comments. Like the command line,
 * the file should not contain a secret.
 */
final class SendConfig {
    /**
     * The largest number of bytes that are read from the file. All options together are smaller. The limit ends the
     * reading of an endless file.
     */
    private static final int MAX_BYTES = 1 << 20;

    private static final String BYTE_ORDER_MARK = "\uFEFF";

    private SendConfig() {}

    /**
     * Reads a file, and returns its options as command-line arguments.
     *
     * @throws CliException if the file cannot be read, or if a line is not an option
     */
    static List<String> arguments(Path file) {
        String text;
        try (InputStream in = Files.newInputStream(file)) {
            text = new String(in.readNBytes(MAX_BYTES), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new CliException(
                    ExitCode.USAGE,
                    Text.line("--config: the file " + file + " cannot be read: " + ReadFailure.explain(file, e)
                            + ". Name a file that holds options, one a line."),
                    e);
        }
        List<String> arguments = new ArrayList<>();
        int number = 0;
        for (String line : text.replaceFirst("^" + BYTE_ORDER_MARK, "").lines().toList()) {
            number++;
            String option = line.strip();
            if (option.isEmpty() || option.startsWith("#")) continue;
            String[] parts = option.split("\\s*=\\s*", 2);
            if (!parts[0].matches("[a-z][a-z0-9-]*") || parts[0].equals("config"))
                throw CliException.usage(Text.line("--config: line " + number + " of " + file
                        + " is not an option. Write one without its dashes: to = https://example.org/api"));
            arguments.add(parts.length == 1 ? "--" + parts[0] : "--" + parts[0] + "=" + parts[1]);
        }
        return arguments;
    }
}
