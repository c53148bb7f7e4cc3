package io.gapless.stream.line;

import java.util.Arrays;

/**
 * Splits bytes into lines. Only the byte 0x0A ends a line. U+2028 and similar characters may stand inside a post. A
 * buffer of received bytes may end inside a character without harm, because no byte of a longer UTF-8 sequence is 0x0A.
 * A carriage return before the line feed is dropped. An empty line is a keep-alive. Of a line longer than {@code
 * lineMaxBytes}, only the beginning is kept and reported; the rest is skipped. Owner: the transport's thread of the
 * connection.
 */
public final class LineFramer {
    /** How many bytes of a line over the limit are kept: enough to find the id of the post. */
    private static final int HEAD_MAX_BYTES = 64 * 1024;

    /** Receives the lines of a connection. */
    public interface Lines {
        /**
         * Called with a line, {@code buffer[from, to)}, without its line end. The bytes are valid only during the call.
         */
        void line(byte[] buffer, int from, int to);

        void keepAlive();

        /**
         * Called when a line over the limit has ended. {@code head} is the beginning of the line, {@code lengthBytes}
         * the length of the whole line.
         */
        void tooLong(byte[] head, long lengthBytes);
    }

    private final int lineMaxBytes;
    /** The bytes of the unfinished line that have arrived so far. If the line is over the limit, only its beginning. */
    private byte[] carry = new byte[1024];

    private int carried;
    private long passedOver;

    public LineFramer(int lineMaxBytes) {
        this.lineMaxBytes = lineMaxBytes;
    }

    public void feed(byte[] buffer, int length, Lines lines) {
        int start = 0;
        for (int end = lineEnd(buffer, 0, length); end < length; end = lineEnd(buffer, start, length)) {
            end(buffer, start, end, lines);
            start = end + 1;
        }
        if (start < length) keep(buffer, start, length);
    }

    /** Returns the index of the next line feed, or {@code to} if there is no line feed before {@code to}. */
    private static int lineEnd(byte[] buffer, int from, int to) {
        int i = from;
        while (i + Long.BYTES <= to) {
            long marks = EightByteScan.equalTo(EightByteScan.at(buffer, i), '\n');
            if (marks != 0) return i + EightByteScan.first(marks);
            i += Long.BYTES;
        }
        while (i < to && buffer[i] != '\n') i++;
        return i;
    }

    private void end(byte[] buffer, int from, int to, Lines lines) {
        if (carried == 0 && to - from <= lineMaxBytes) {
            emit(buffer, from, to, lines);
            return;
        }
        keep(buffer, from, to);
        if (passedOver > 0) lines.tooLong(Arrays.copyOf(carry, carried), carried + passedOver);
        else emit(carry, 0, carried, lines);
        carried = 0;
        passedOver = 0;
    }

    private static void emit(byte[] buffer, int from, int to, Lines lines) {
        int end = to > from && buffer[to - 1] == '\r' ? to - 1 : to;
        if (end == from) lines.keepAlive();
        else lines.line(buffer, from, end);
    }

    private void keep(byte[] buffer, int from, int to) {
        int length = to - from;
        if (passedOver > 0) {
            passedOver += length;
        } else if (carried + length > lineMaxBytes) {
            passOver(buffer, from, length);
        } else {
            grow(carried + length);
            System.arraycopy(buffer, from, carry, carried, length);
            carried += length;
        }
    }

    private void passOver(byte[] buffer, int from, int length) {
        int all = carried + length;
        int head = Math.min(Math.min(HEAD_MAX_BYTES, lineMaxBytes), all);
        if (head > carried) {
            grow(head);
            System.arraycopy(buffer, from, carry, carried, head - carried);
        }
        carry = Arrays.copyOf(carry, head);
        carried = head;
        passedOver = all - head;
    }

    private void grow(int needed) {
        if (needed > carry.length) {
            carry = Arrays.copyOf(carry, Math.max(needed, Math.min(2 * carry.length, lineMaxBytes)));
        }
    }

    /**
     * Returns the bytes after the last line feed, once the body has ended. If HTTP's framing shows that the body was
     * not cut, these bytes may be a whole line. Returns an empty array if the line is over the limit.
     */
    public byte[] unfinishedLine() {
        return passedOver > 0 ? new byte[0] : Arrays.copyOf(carry, carried);
    }

    /** Returns how many bytes have arrived after the last line feed, skipped ones included. They may be a cut line. */
    public long unfinishedBytes() {
        return carried + passedOver;
    }
}
