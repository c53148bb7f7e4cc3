package io.gapless.cli;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Tokens, keys and passwords: from a file or from the environment, never from an argument, which others on the machine can
 * see. Never printed; not even the name of their file, since a secret may stand there by mistake. White space and a byte
 * order mark around them mean nothing; what the tools on the way have left of their own is refused by name.
 */
final class Secret {
    /** More than any secret has; a device without end must not be read for ever. */
    private static final int MAX_BYTES = 16 * 1024;

    private static final String BYTE_ORDER_MARK = "\uFEFF";
    private static final Pattern ASSIGNMENT = Pattern.compile("(?s)(export\\s+)?[A-Z][A-Z0-9_]*=.*");

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
        byte[] bytes;
        try (InputStream in = Files.newInputStream(file)) {
            bytes = in.readNBytes(MAX_BYTES);
        } catch (IOException e) {
            throw CliException.usage("The file of " + option + " cannot be read ("
                    + e.getClass().getSimpleName() + "). Name a file that holds the " + what + ".");
        }
        String secret =
                utf8(option, bytes).replaceFirst("^" + BYTE_ORDER_MARK, "").strip();
        if (secret.isEmpty())
            throw CliException.usage("The file of " + option + " is empty. Put the " + what + " there.");
        return secret;
    }

    private static String utf8(String option, byte[] bytes) {
        try {
            String text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
            if (text.indexOf('\0') < 0) return text;
        } catch (CharacterCodingException e) {
            // Said below: nothing of the bytes is repeated.
        }
        throw CliException.usage(
                "The file of " + option + " is not plain text in UTF-8; Notepad and PowerShell may have"
                        + " saved it as UTF-16. Save it as UTF-8.");
    }

    /**
     * Refuses a token or key with something around it that tools leave there.
     *
     * @param origin where it comes from
     * @param what as people call it
     * @throws CliException that names what is around it
     */
    static void check(String origin, String what, String secret) {
        String found = around(secret);
        if (found.isEmpty()) return;
        throw CliException.usage(origin + " holds " + found + ". Put the " + what + " there alone.");
    }

    private static String around(String secret) {
        if (secret.startsWith("\"") || secret.startsWith("'") || secret.endsWith("\"") || secret.endsWith("'"))
            return "quotes (docker's --env-file keeps them)";
        if (ASSIGNMENT.matcher(secret).matches()) return "NAME=value";
        if (secret.regionMatches(true, 0, "Bearer ", 0, 7)) return "the word Bearer";
        if (secret.chars().anyMatch(c -> c <= ' ')) return "white space or control characters";
        return secret.chars().anyMatch(c -> c >= 127) ? "characters that are not ASCII" : "";
    }
}
