package io.gapless.emulator;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Writes the line of a post for any id. A template is a line with placeholders for the id and for the values that
 * depend on the id, so writing the line of one more post only copies bytes. In the JSON, a placeholder is a letter
 * between two private-use characters. Immutable.
 */
final class LineTemplate {
    static final String ID = "\uE000I\uE001";
    static final String EARLIER_ID = "\uE000P\uE001";
    static final String CREATED_AT = "\uE000C\uE001";
    static final String EDITABLE_UNTIL = "\uE000E\uE001";

    /** How long before an edited post its first version was published. Used for generated posts. */
    static final long EDITED_AFTER_MILLIS = 4 * 60_000;

    private static final byte[] LINE_END = {'\r', '\n'};
    private static final byte[] OPEN = "\uE000".getBytes(StandardCharsets.UTF_8);
    private static final int PLACEHOLDER_LENGTH = 2 * OPEN.length + 1;
    private static final int SECONDS_EDITABLE = 3_600;

    private final byte[][] parts;
    private final byte[] placeholders;

    private LineTemplate(byte[][] parts, byte[] placeholders) {
        this.parts = parts;
        this.placeholders = placeholders;
    }

    static LineTemplate of(JsonNode line) {
        return of(Json.bytes(line));
    }

    /** Returns a template whose JSON escapes slashes and all characters outside ASCII. */
    static LineTemplate escaped(JsonNode line) {
        String raw = Json.escaped(line).replace("\\uE000", "\uE000").replace("\\uE001", "\uE001");
        return of(raw.getBytes(StandardCharsets.UTF_8));
    }

    private static LineTemplate of(byte[] bytes) {
        List<byte[]> parts = new ArrayList<>();
        byte[] placeholders = new byte[bytes.length / PLACEHOLDER_LENGTH + 1];
        int from = 0;
        for (int at = 0; at + PLACEHOLDER_LENGTH <= bytes.length; at++) {
            if (bytes[at] == OPEN[0] && bytes[at + 1] == OPEN[1] && bytes[at + 2] == OPEN[2]) {
                placeholders[parts.size()] = bytes[at + OPEN.length];
                parts.add(Arrays.copyOfRange(bytes, from, at));
                from = at + PLACEHOLDER_LENGTH;
                at = from - 1;
            }
        }
        byte[] last = Arrays.copyOfRange(bytes, from, bytes.length + LINE_END.length);
        System.arraycopy(LINE_END, 0, last, last.length - LINE_END.length, LINE_END.length);
        placeholders = Arrays.copyOf(placeholders, parts.size());
        parts.add(last);
        return new LineTemplate(parts.toArray(byte[][]::new), placeholders);
    }

    /** Appends the line of the post with this id, and CRLF. */
    void appendTo(LineBuffer buffer, long id) {
        for (int i = 0; i < placeholders.length; i++) {
            buffer.append(parts[i]);
            switch (placeholders[i]) {
                case 'I' -> buffer.appendNumber(id);
                case 'P' -> buffer.appendNumber(Snowflake.earlier(id, EDITED_AFTER_MILLIS));
                case 'C' -> buffer.appendSecond(Snowflake.millisOf(id) / 1_000);
                default -> buffer.appendSecond(Snowflake.millisOf(id) / 1_000 + SECONDS_EDITABLE);
            }
        }
        buffer.append(parts[placeholders.length]);
    }
}
