package io.gapless.emulator;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Collects the bytes of lines, to which it appends parts, numbers and times. Not thread-safe. */
final class LineBuffer {
    private byte[] bytes = new byte[8 * 1024];
    private int size;
    private long cachedSecond = Long.MIN_VALUE;
    private byte[] cachedText = {};

    byte[] bytes() {
        return bytes;
    }

    int size() {
        return size;
    }

    byte[] toBytes() {
        return Arrays.copyOf(bytes, size);
    }

    void clear() {
        size = 0;
    }

    void append(byte[] part) {
        ensure(part.length);
        System.arraycopy(part, 0, bytes, size, part.length);
        size += part.length;
    }

    void appendNumber(long positive) {
        int digits = 1;
        for (long rest = positive / 10; rest > 0; rest /= 10) {
            digits++;
        }
        ensure(digits);
        long rest = positive;
        for (int at = size + digits - 1; at >= size; at--) {
            bytes[at] = (byte) ('0' + rest % 10);
            rest /= 10;
        }
        size += digits;
    }

    /**
     * Appends a time in the format of {@code created_at}. Caches the text of the last second, since posts of the same
     * second follow one another.
     */
    void appendSecond(long epochSecond) {
        if (epochSecond != cachedSecond) {
            cachedSecond = epochSecond;
            cachedText = Json.secondText(epochSecond).getBytes(StandardCharsets.US_ASCII);
        }
        append(cachedText);
    }

    private void ensure(int more) {
        if (size + more > bytes.length) {
            bytes = Arrays.copyOf(bytes, Math.max(bytes.length * 2, size + more));
        }
    }
}
