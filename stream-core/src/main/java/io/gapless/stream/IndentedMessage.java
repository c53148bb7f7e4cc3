package io.gapless.stream;

import java.io.ByteArrayOutputStream;

/**
 * A message of X that comes over several lines, indented as X's pages print its notices. Lines are kept from one that
 * opens an object and leaves it open until they are whole together, or turn out not to belong together. Owner: the
 * connection's thread.
 */
final class IndentedMessage {
    private static final int BYTES_MAX = 64 * 1024;

    private final ByteArrayOutputStream text = new ByteArrayOutputStream();
    private boolean closes;

    /** Whether lines are being kept. */
    boolean isBegun() {
        return text.size() > 0;
    }

    /** Takes a line that is no message by itself; returns whether it is kept, as the first one or with those before. */
    boolean add(byte[] buffer, int from, int to) {
        int first = from;
        while (first < to && isBlank(buffer[first])) first++;
        int last = to - 1;
        while (last > first && isBlank(buffer[last])) last--;
        closes = first < to && buffer[first] == '}';
        boolean opens = first < to && buffer[first] == '{' && isOpen(buffer[last]);
        if (!isBegun() && !opens || text.size() + to - from >= BYTES_MAX) return false;
        text.write(buffer, from, to - from);
        // White space between tokens, so that it stays one line.
        text.write(' ');
        return true;
    }

    /** Whether the line that was kept last may be its end. */
    boolean mayBeWhole() {
        return closes;
    }

    private static boolean isBlank(byte b) {
        return b == ' ' || b == '\t' || b == '\r';
    }

    private static boolean isOpen(byte last) {
        return last == '{' || last == '[' || last == ',';
    }

    byte[] asOneLine() {
        return text.toByteArray();
    }

    void giveUp() {
        text.reset();
    }
}
