package io.gapless.stream.line;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * Finds characters in eight bytes at a time. The eight bytes are in one long; its lowest byte is the first in the text.
 * A search returns a long of marks: the high bit of a byte is set where the byte is one of those searched for. The
 * borrow of a subtraction sets these marks. A borrow may also set false marks behind the first one, so only the first
 * mark counts. If there is no mark, no byte matches.
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

    /** Returns marks for the bytes that equal an ASCII character. No byte before the first equal byte is marked. */
    static long equalTo(long eight, char ascii) {
        long different = eight ^ ascii * ONES;
        return (different - ONES) & ~different & HIGH_BITS;
    }

    /**
     * Returns marks for the bytes that are not plain characters of a JSON string: quotes, backslashes, control
     * characters, and bytes above 0x7F.
     */
    static long notPlain(long eight) {
        // With bit 0x02 flipped, a quote is 0x20, right above the control characters. So one subtraction finds the
        // quote and the control characters.
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
