package io.gapless.stream.line;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Holds a key of an object. X's lines have the same keys again and again, usually in the same order. So keys are kept,
 * and each key remembers which key came after it. The key that is expected is compared with the line, which is faster
 * than to search for the key's end and to create its name.
 */
final class LineKey {
    private static final int KEPT_MAX = 1024;
    /**
     * The keys that are kept, each at the index that {@link #slot} computes or beside it. They take 700 KiB at most, and
     * some 10 KiB in practice. All threads share them without a lock: if another thread replaces an element, the element
     * is still a key, which matches the line or does not.
     */
    private static final @Nullable LineKey[] KEPT = new @Nullable LineKey[KEPT_MAX];

    /** Stands before the first key of a line. */
    static final LineKey NONE = new LineKey("");

    private final String name;
    /** The key as it stands in a line, with its quotes and its colon. */
    private final byte[] token;
    /** The index of the key that came after this one last. An index and no reference, so that no chain of keys grows. */
    private int followerSlot;

    private LineKey(String name) {
        this.name = name;
        token = ('"' + name + "\":").getBytes(StandardCharsets.ISO_8859_1);
    }

    String name() {
        return name;
    }

    /** Returns how many bytes the key has in a line, with its quotes and its colon. */
    int length() {
        return token.length;
    }

    /** Returns the key at {@code i} of a line that {@link EnvelopeScanner} has accepted. This key came before it. */
    LineKey follower(LineScanner line, int i) {
        LineKey expected = KEPT[followerSlot];
        return expected != null && expected.isAt(i, line) ? expected : kept(line, i);
    }

    private LineKey kept(LineScanner line, int i) {
        int last = line.endOfPlain(i + 1);
        int slot = slot(line.line, i + 1, last);
        // If another key is at this index, the neighbour is used, so that two keys of one line do not take turns.
        LineKey first = KEPT[slot];
        if (first != null && !first.isAt(i, line)) slot ^= 1;
        followerSlot = slot;
        LineKey kept = KEPT[slot];
        if (kept != null && kept.isAt(i, line)) return kept;
        LineKey key = new LineKey(new String(line.line, i + 1, last - (i + 1), StandardCharsets.ISO_8859_1));
        KEPT[slot] = key;
        return key;
    }

    private boolean isAt(int i, LineScanner line) {
        int to = i + token.length;
        return to <= line.end && Arrays.equals(line.line, i, to, token, 0, token.length);
    }

    private static int slot(byte[] line, int from, int last) {
        int middle = (from + last) >>> 1;
        return (((line[from] * 31 + line[middle]) * 31 + line[last - 1]) * 31 + last - from) & KEPT_MAX - 1;
    }
}
