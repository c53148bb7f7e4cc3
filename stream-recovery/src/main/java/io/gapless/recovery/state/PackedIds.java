package io.gapless.recovery.state;

import java.io.ByteArrayOutputStream;
import java.sql.SQLDataException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongConsumer;
import java.util.stream.LongStream;

/**
 * Packs the ids of posts that were created within about four minutes into one row of {@link Database}. A commit
 * acknowledges many such ids at once, and one row for all of them costs a small fraction of what one row for each id
 * would cost.
 *
 * @param first the smallest id
 * @param steps the difference from each id to the next larger one, in seven bits per byte, the low bits first; the last
 *     byte of a difference is positive, and its other bytes are negative
 */
record PackedIds(long first, byte[] steps) {
    /** Ids that differ only in their lowest 40 bits share a row. These bits cover 2^18 milliseconds. */
    private static final int TOGETHER_BITS = 40;

    private static final int STEP_BITS = 7;

    /** Packs ids into rows. The ids may come in any order, and repeats are removed. */
    static List<PackedIds> of(long... ids) {
        long[] sorted = LongStream.of(ids).sorted().distinct().toArray();
        List<PackedIds> rows = new ArrayList<>();
        for (int from = 0, to; from < sorted.length; from = to) {
            for (to = from + 1; to < sorted.length && start(sorted[to]) == start(sorted[from]); ) to++;
            rows.add(pack(sorted, from, to));
        }
        return rows;
    }

    private static PackedIds pack(long[] sorted, int from, int to) {
        ByteArrayOutputStream steps = new ByteArrayOutputStream(4 * (to - from));
        for (int i = from + 1; i < to; i++) {
            long step = sorted[i] - sorted[i - 1];
            for (; step > Byte.MAX_VALUE; step >>>= STEP_BITS) steps.write((int) step | 0x80);
            steps.write((int) step);
        }
        return new PackedIds(sorted[from], steps.toByteArray());
    }

    /** Returns the smallest id that can share a row with the given id. */
    static long start(long id) {
        return id >> TOGETHER_BITS << TOGETHER_BITS;
    }

    /** Passes all ids to a consumer, smallest first. Throws if the last difference is cut off. */
    void forEach(LongConsumer each) throws SQLDataException {
        long id = first;
        each.accept(id);
        int bits = 0;
        for (byte part : steps) {
            id += (long) (part & Byte.MAX_VALUE) << bits;
            bits += STEP_BITS;
            if (part < 0) continue;
            each.accept(id);
            bits = 0;
        }
        if (bits > 0) throw new SQLDataException("acknowledged ids after " + first + " end in the middle of one");
    }

    /** Returns one row that contains the ids of this row and of the other. Both rows must begin with the same id. */
    PackedIds and(PackedIds other) throws SQLDataException {
        LongStream.Builder both = LongStream.builder();
        forEach(both);
        other.forEach(both);
        return of(both.build().toArray()).get(0);
    }
}
