package io.gapless.stream;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * Eight bytes at a time, in a long whose lowest byte comes first. Bytes that are looked for are marked in their high
 * bits: what is taken off a byte that is smaller is borrowed from there. A borrow may mark later bytes falsely, so only
 * the first mark counts, and no mark means none. Bytes above 0x7F may be marked, too.
 *
 * <pre>
 *   text     c  a  t  "  :  "  x  "
 *   ^ '"'    41 43 56 00 18 00 5A 00
 *   − 01     40 42 55 FF 16 FF 58 FF      the quotes' high bits are set
 * </pre>
 */
final class EightBytes {
    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final long ONES = 0x0101010101010101L;
    private static final long HIGH_BITS = 0x8080808080808080L;

    private EightBytes() {}

    static long at(byte[] bytes, int i) {
        return (long) LONGS.get(bytes, i);
    }

    /** Marks where the character is, and nothing before it. */
    static long equalTo(long eight, char ascii) {
        long different = eight ^ ascii * ONES;
        return (different - ONES) & ~different & HIGH_BITS;
    }

    /** Marks what is no plain character of a JSON string: quotes, backslashes, control characters, bytes above 0x7F. */
    static long notPlain(long eight) {
        // With this bit turned over, a quote comes right below the space, next to the control characters.
        long quotesLow = eight ^ 0x02 * ONES;
        return (eight | quotesLow - 0x21 * ONES | (eight ^ '\\' * ONES) - ONES) & HIGH_BITS;
    }

    static boolean areAscii(long eight) {
        return (eight & HIGH_BITS) == 0;
    }

    /** The place of the first mark, 0 to 7. */
    static int first(long marks) {
        return Long.numberOfTrailingZeros(marks) / Byte.SIZE;
    }
}
