package io.gapless.stream;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * Finds characters in eight bytes at a time. The bytes are in a long whose lowest byte comes first. A byte that is
 * looked for is marked in its high bit, by the borrow of a subtraction. A borrow may mark later bytes falsely, so only
 * the first mark counts. Without a mark, there is no such byte.
 *
 * <pre>
 *   text     c  a  t  "  :  "  x  "
 *   ^ '"'    41 43 56 00 18 00 5A 00
 *   − 01     40 42 55 FF 16 FF 58 FF      the quotes' high bits are set
 * </pre>
 */
final class EightByteScan {
    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final long ONES = 0x0101010101010101L;
    private static final long HIGH_BITS = 0x8080808080808080L;

    private EightByteScan() {}

    static long at(byte[] bytes, int i) {
        return (long) LONGS.get(bytes, i);
    }

    /** Marks where the character is; nothing before the first such byte is marked. */
    static long equalTo(long eight, char ascii) {
        long different = eight ^ ascii * ONES;
        return (different - ONES) & ~different & HIGH_BITS;
    }

    /**
     * Marks the bytes that are not plain characters of a JSON string: quotes, backslashes, control characters, and
     * bytes above 0x7F.
     */
    static long notPlain(long eight) {
        // With bit 0x02 flipped, a quote is 0x20, right above the control characters. So one subtraction finds both.
        long quotesLow = eight ^ 0x02 * ONES;
        return (eight | quotesLow - 0x21 * ONES | (eight ^ '\\' * ONES) - ONES) & HIGH_BITS;
    }

    static boolean areAscii(long eight) {
        return (eight & HIGH_BITS) == 0;
    }

    /** Returns the index of the first mark, 0 to 7. */
    static int first(long marks) {
        return Long.numberOfTrailingZeros(marks) / Byte.SIZE;
    }
}
