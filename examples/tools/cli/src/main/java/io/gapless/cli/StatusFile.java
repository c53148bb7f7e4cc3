package io.gapless.cli;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/** Reads the file of {@code --status-map}. Each line holds a word, an equals sign and a number. */
final class StatusFile {
    private static final int MAX_BYTES = 1 << 20;

    private StatusFile() {}

    /**
     * Reads the file.
     *
     * @throws CliException if the file cannot be read, or if a line has another form
     */
    static Map<String, Integer> read(Path file) {
        String text;
        try (InputStream in = Files.newInputStream(file)) {
            text = new String(in.readNBytes(MAX_BYTES), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw CliException.usage(Text.line("--status-map: the file " + file + " cannot be read: "
                    + ReadFailure.explain(file, e) + ". Name a file with lines such as: Approved = 3"));
        }
        Map<String, Integer> numbers = new LinkedHashMap<>();
        int line = 0;
        for (String one : text.replace("\uFEFF", "").split("\\R")) {
            line++;
            if (one.isBlank() || one.strip().startsWith("#")) continue;
            int equals = one.lastIndexOf('=');
            String word = equals < 0 ? "" : one.substring(0, equals).strip();
            if (word.isEmpty()) throw wrong(line, "is not such as: Approved = 3");
            if (numbers.put(word, number(line, one.substring(equals + 1).strip())) != null)
                throw wrong(line, "has a word that an earlier line has");
        }
        if (numbers.isEmpty()) throw CliException.usage("--status-map: the file has no lines such as: Approved = 3");
        return numbers;
    }

    private static int number(int line, String text) {
        try {
            return Integer.parseInt(text);
        } catch (NumberFormatException e) {
            throw wrong(line, "does not end with a whole number");
        }
    }

    private static CliException wrong(int line, String what) {
        return CliException.usage("--status-map: line " + line + " of the file " + what + ".");
    }
}
