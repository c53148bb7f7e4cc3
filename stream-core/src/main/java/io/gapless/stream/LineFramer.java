package io.gapless.stream;

import java.util.Arrays;

/**
 * Bytes to lines. A line ends with the byte 0x0A and nothing else: U+2028 and its kin may stand inside a post, chunks may
 * end inside a character, and no byte of a longer UTF-8 sequence is 0x0A. An empty line is a keep-alive. A line has a
 * limit: above it, its bytes are passed over up to its end and only its head is told. Owner: the connection's thread.
 */
final class LineFramer {
    /** Enough of an oversized line to find its id in. */
    private static final int HEAD_MAX_BYTES = 64 * 1024;

    /** Whom the lines are told to. */
    interface Lines {
        /** A line, without its line end, valid only during the call. */
        void line(byte[] buffer, int from, int to);

        void keepAlive();

        /** A line over the limit has ended; {@code head} is its beginning. */
        void tooLong(byte[] head, long lengthBytes);
    }

    private final int lineMaxBytes;
    /** The unfinished line's bytes so far; when it is too long, its head. */
    private byte[] carry = new byte[1024];

    private int carried;
    private long passedOver;

    LineFramer(int lineMaxBytes) {
        this.lineMaxBytes = lineMaxBytes;
    }

    void feed(byte[] buffer, int length, Lines lines) {
        int start = 0;
        for (int end = lineEnd(buffer, 0, length); end < length; end = lineEnd(buffer, start, length)) {
            end(buffer, start, end, lines);
            start = end + 1;
        }
        if (start < length) keep(buffer, start, length);
    }

    /** Where the next line ends, or {@code to}. */
    private static int lineEnd(byte[] buffer, int from, int to) {
        int i = from;
        while (i + Long.BYTES <= to) {
            long marks = EightBytes.equalTo(EightBytes.at(buffer, i), '\n');
            if (marks != 0) return i + EightBytes.first(marks);
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

    /** A line that has not ended, for a body that has: what is framed otherwise may be whole. Empty above the limit. */
    byte[] unfinishedLine() {
        return passedOver > 0 ? new byte[0] : Arrays.copyOf(carry, carried);
    }

    /** Bytes of a line that has not ended; they are no line. */
    long unfinishedBytes() {
        return carried + passedOver;
    }
}
