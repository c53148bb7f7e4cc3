package io.gapless.recovery.state;

import java.io.ByteArrayOutputStream;
import java.sql.SQLDataException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongConsumer;
import java.util.stream.LongStream;

/**
 * Ids that tell their time and lie within about four minutes, packed: a row of {@link Database} for all that one commit
 * brings costs a small part of a row for each.
 *
 * @param first the smallest
 * @param steps from each id to the next larger one, seven bits a byte, low ones first; the last byte of a step is
 *     positive
 */
record PackedIds(long first, byte[] steps) {
    /** Ids whose bits above these are the same go together: 2^18 milliseconds. */
    private static final int TOGETHER_BITS = 40;

    private static final int STEP_BITS = 7;

    /** Packs ids, each once; in any order. */
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

    /** The smallest id that may be packed together with this one. */
    static long start(long id) {
        return id >> TOGETHER_BITS << TOGETHER_BITS;
    }

    /** Tells all ids, smallest first; fails if the last step has no end. */
    void tell(LongConsumer each) throws SQLDataException {
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

    /** Those of both, which begin with the same id. */
    PackedIds and(PackedIds other) throws SQLDataException {
        LongStream.Builder both = LongStream.builder();
        tell(both);
        other.tell(both);
        return of(both.build().toArray()).get(0);
    }
}
