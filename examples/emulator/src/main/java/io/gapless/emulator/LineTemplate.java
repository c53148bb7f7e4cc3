package io.gapless.emulator;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A line with holes where the id and what hangs on it go, so that writing one more post is a copy. The holes stand in
 * the JSON as strings of private-use characters around a letter. Immutable.
 */
final class LineTemplate {
    static final String ID = "\uE000I\uE001";
    static final String EARLIER_ID = "\uE000P\uE001";
    static final String CREATED_AT = "\uE000C\uE001";
    static final String EDITABLE_UNTIL = "\uE000E\uE001";

    /** How much earlier the first version of a generated edit was. */
    static final long EDITED_AFTER_MILLIS = 4 * 60_000;

    private static final byte[] LINE_END = {'\r', '\n'};
    private static final byte[] OPEN = "\uE000".getBytes(StandardCharsets.UTF_8);
    private static final int HOLE_LENGTH = 2 * OPEN.length + 1;
    private static final int SECONDS_EDITABLE = 3_600;

    private final byte[][] parts;
    private final byte[] holes;

    private LineTemplate(byte[][] parts, byte[] holes) {
        this.parts = parts;
        this.holes = holes;
    }

    static LineTemplate of(JsonNode line) {
        return of(Json.bytes(line));
    }

    /** The same line with everything escaped that JSON lets escape. */
    static LineTemplate escaped(JsonNode line) {
        String raw = Json.escaped(line).replace("\\uE000", "\uE000").replace("\\uE001", "\uE001");
        return of(raw.getBytes(StandardCharsets.UTF_8));
    }

    private static LineTemplate of(byte[] bytes) {
        List<byte[]> parts = new ArrayList<>();
        byte[] holes = new byte[bytes.length / HOLE_LENGTH + 1];
        int from = 0;
        for (int at = 0; at + HOLE_LENGTH <= bytes.length; at++) {
            if (bytes[at] == OPEN[0] && bytes[at + 1] == OPEN[1] && bytes[at + 2] == OPEN[2]) {
                holes[parts.size()] = bytes[at + OPEN.length];
                parts.add(Arrays.copyOfRange(bytes, from, at));
                from = at + HOLE_LENGTH;
                at = from - 1;
            }
        }
        byte[] last = Arrays.copyOfRange(bytes, from, bytes.length + LINE_END.length);
        System.arraycopy(LINE_END, 0, last, last.length - LINE_END.length, LINE_END.length);
        holes = Arrays.copyOf(holes, parts.size());
        parts.add(last);
        return new LineTemplate(parts.toArray(byte[][]::new), holes);
    }

    /** Appends the line of the post with this id, with its CRLF. */
    void appendTo(LineBuffer buffer, long id) {
        for (int i = 0; i < holes.length; i++) {
            buffer.append(parts[i]);
            switch (holes[i]) {
                case 'I' -> buffer.appendNumber(id);
                case 'P' -> buffer.appendNumber(Snowflake.earlier(id, EDITED_AFTER_MILLIS));
                case 'C' -> buffer.appendSecond(Snowflake.millisOf(id) / 1_000);
                default -> buffer.appendSecond(Snowflake.millisOf(id) / 1_000 + SECONDS_EDITABLE);
            }
        }
        buffer.append(parts[holes.length]);
    }
}
