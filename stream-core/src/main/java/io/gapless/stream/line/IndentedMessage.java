package io.gapless.stream.line;

import java.io.ByteArrayOutputStream;

/**
 * Collects a message that X sends over several lines, indented like the notices in X's documentation. The first line
 * that is kept opens an object and does not close that object. Lines are kept until together they form a whole message,
 * or until a line shows that they do not belong together. Owner: the transport's thread of the connection.
 */
public final class IndentedMessage {
    private static final int BYTES_MAX = 64 * 1024;

    private final ByteArrayOutputStream text = new ByteArrayOutputStream();
    private boolean closes;

    /** Returns whether lines are being kept. */
    public boolean isBegun() {
        return text.size() > 0;
    }

    /**
     * Adds a line that is not a message by itself. Returns whether the line is kept, either as the first one or behind
     * the lines that are kept already.
     */
    public boolean add(byte[] buffer, int from, int to) {
        int first = from;
        while (first < to && isBlank(buffer[first])) first++;
        int last = to - 1;
        while (last > first && isBlank(buffer[last])) last--;
        closes = first < to && buffer[first] == '}';
        boolean opens = first < to && buffer[first] == '{' && isOpen(buffer[last]);
        if (!isBegun() && !opens || text.size() + to - from >= BYTES_MAX) return false;
        text.write(buffer, from, to - from);
        // A space in place of the line end, so that the text is one line.
        text.write(' ');
        return true;
    }

    /**
     * Returns whether the line that was added last may end the message, because the line begins with a closing brace.
     */
    public boolean mayBeWhole() {
        return closes;
    }

    private static boolean isBlank(byte b) {
        return b == ' ' || b == '\t' || b == '\r';
    }

    private static boolean isOpen(byte last) {
        return last == '{' || last == '[' || last == ',';
    }

    public byte[] asOneLine() {
        return text.toByteArray();
    }

    public void giveUp() {
        text.reset();
    }
}
