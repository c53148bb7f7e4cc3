package io.gapless.recovery.outbox;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Condenses the fields of a record into few bytes: one digest of all fields, and one mark per field. The marks of two
 * versions show which columns differ.
 */
final class Content {
    private static final int DIGEST_BYTES = 16;
    private static final int MARK_BYTES = 2;

    private final MessageDigest sha256;

    /**
     * Holds the digest and the marks as they are stored.
     *
     * @param digest the digest of all fields
     * @param marks two bytes for each field, in the order of the fields
     */
    record Digest(byte[] digest, byte[] marks) {
        /** Stands for the content of pushed records, which is not compared. */
        static final Digest NONE = new Digest(new byte[0], new byte[0]);
    }

    Content() {
        try {
            sha256 = MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every Java has SHA-256", e);
        }
    }

    Digest of(Map<String, @Nullable Object> fields) {
        byte[] marks = new byte[MARK_BYTES * fields.size()];
        int place = 0;
        for (Map.Entry<String, @Nullable Object> field : fields.entrySet()) {
            add(field.getKey());
            String text = text(field.getValue());
            add(text);
            int hash = text.hashCode() * 0x9E3779B9;
            marks[place++] = (byte) (hash >>> 24);
            marks[place++] = (byte) (hash >>> 16);
        }
        return new Digest(Arrays.copyOf(sha256.digest(), DIGEST_BYTES), marks);
    }

    private void add(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        sha256.update(bytes);
        // Append the length to each text, so that "ab", "c" and "a", "bc" have different digests.
        for (int shift = 24; shift >= 0; shift -= 8) sha256.update((byte) (bytes.length >>> shift));
    }

    /**
     * Returns the text of a value for the digest. Values of different types get different texts, because they differ in
     * the request, too.
     */
    private static String text(@Nullable Object value) {
        if (value == null) return "";
        if (value instanceof String text) return "t" + text;
        if (value instanceof Instant at) return "i" + at.getEpochSecond() + "." + at.getNano();
        return (value instanceof Boolean ? "b" : "n") + value;
    }

    /**
     * Returns the names of the fields whose marks differ. Returns an empty list if there is not one mark for each field
     * in both lists of marks.
     */
    static List<String> differing(Map<String, @Nullable Object> fields, byte[] before, byte[] now) {
        List<String> names = new ArrayList<>();
        if (before.length != now.length || now.length != MARK_BYTES * fields.size()) return names;
        int place = 0;
        for (String name : fields.keySet()) {
            if (before[place] != now[place] || before[place + 1] != now[place + 1]) names.add(name);
            place += MARK_BYTES;
        }
        return names;
    }
}
