package io.gapless.connect;

import java.io.ByteArrayOutputStream;
import java.util.Base64;
import java.util.stream.LongStream;

/**
 * Writes the ids of one bucket as text: the difference from each id to the next larger one, in seven bits per byte, the low
 * bits first, in base64. The first difference is that from the smallest id that the bucket can hold.
 */
final class IdText {
    private static final int STEP_BITS = 7;

    private IdText() {}

    /**
     * Writes ids.
     *
     * @param start the smallest id that the bucket can hold
     * @param sorted the ids, smallest first, without repeats
     */
    static String write(long start, long... sorted) {
        ByteArrayOutputStream steps = new ByteArrayOutputStream(4 * sorted.length);
        long before = start;
        for (long id : sorted) {
            long step = id - before;
            for (; step > Byte.MAX_VALUE; step >>>= STEP_BITS) steps.write((int) step | 0x80);
            steps.write((int) step);
            before = id;
        }
        return Base64.getEncoder().withoutPadding().encodeToString(steps.toByteArray());
    }

    /** Reads ids. Throws {@link IllegalArgumentException} if the text is not one that {@link #write} has written. */
    static long[] read(long start, String text) {
        LongStream.Builder ids = LongStream.builder();
        long id = start;
        int bits = 0;
        for (byte part : Base64.getDecoder().decode(text)) {
            if (bits >= Long.SIZE) throw new IllegalArgumentException("an id has too many bits");
            id += (long) (part & Byte.MAX_VALUE) << bits;
            bits += STEP_BITS;
            if (part < 0) continue;
            ids.add(id);
            bits = 0;
        }
        if (bits > 0) throw new IllegalArgumentException("the ids end in the middle of one");
        return ids.build().toArray();
    }
}
