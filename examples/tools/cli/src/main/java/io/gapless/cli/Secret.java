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
 * Reads tokens, keys and passwords from a file or from the environment. A secret never comes from an argument, which
 * other users of the machine can see. The program never prints a secret. The program does not print the name of a
 * secret's file either, since a user may have given the secret itself as the name. White space and a byte order mark
 * around a secret are ignored. Other characters that tools leave around a secret, such as quotes, are refused, and the
 * message names them.
 */
final class Secret {
    /**
     * The largest number of bytes that are read from a secret's file. Every secret is smaller. The limit ends the
     * reading of an endless device.
     */
    private static final int MAX_BYTES = 16 * 1024;

    /** The character that Java puts in place of a byte that the locale, such as C, cannot decode. */
    private static final char UNREADABLE = '\uFFFD';

    private static final String BYTE_ORDER_MARK = "\uFEFF";
    private static final Pattern ASSIGNMENT = Pattern.compile("(?s)(export\\s+)?[A-Z][A-Z0-9_]*=.*");

    private Secret() {}

    /**
     * Finds a secret. If the user names a file, the environment is ignored. The file is read again at each use, so that
     * the secret can be rotated.
     *
     * @param option the option that names the file
     * @param what the name of the secret, for people
     * @param variable the environment variable that holds the secret if the user does not name a file
     * @return a supplier of the secret; empty if there is no secret
     * @throws CliException if the file cannot be used
     */
    static Optional<Supplier<String>> find(
            String option, String what, @Nullable Path file, String variable, Map<String, String> environment) {
        if (file != null) {
            read(option, what, file);
            return Optional.of(() -> read(option, what, file));
        }
        String value = environment.getOrDefault(variable, "").strip();
        if (value.indexOf(UNREADABLE) >= 0)
            throw CliException.usage(variable + " has characters that the locale of this process cannot represent. Set"
                    + " LC_ALL=C.UTF-8, or put the " + what + " into the file of " + option + ".");
        return value.isEmpty() ? Optional.empty() : Optional.of(() -> value);
    }

    /** Reads a file that contains one secret and nothing else. */
    static String read(String option, String what, Path file) {
        byte[] bytes;
        try (InputStream in = Files.newInputStream(file)) {
            bytes = in.readNBytes(MAX_BYTES);
        } catch (IOException e) {
            throw CliException.usage("The file of " + option + " cannot be read: " + ReadFailure.explain(file, e)
                    + ". Name a file that holds the " + what + ".");
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
            // The exception's message could repeat the bytes, so the sentence below takes its place.
        }
        throw CliException.usage(
                "The file of " + option + " is not plain text in UTF-8; Notepad and PowerShell may have"
                        + " saved it as UTF-16. Save it as UTF-8.");
    }

    /**
     * Refuses a token or key with characters that tools often leave around it.
     *
     * @param origin where the secret comes from
     * @param what the name of the secret, for people
     * @throws CliException if there are such characters; the message names them
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
