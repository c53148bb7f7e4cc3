package io.gapless.stream;

import java.util.function.LongConsumer;

/**
 * Holds a set of 64-bit ids in plain arrays, at 10 to 15 bytes per id. The set uses open addressing with linear
 * probing. A multiplication spreads ids that differ in few bits, as the ids of X do. The ids are divided into several
 * arrays, called segments. A segment stays smaller than half a region of the G1 collector, because G1 reserves whole
 * regions for a larger array. Not thread-safe.
 */
final class IdSet {
    private static final long SPREAD = 0x9E3779B97F4A7C15L;
    private static final int SEGMENT_MAX = 60_000;
    private static final int SEGMENT_MIN = 64;

    private long[][] segments = {new long[SEGMENT_MIN]};
    private int[] sizes = new int[1];
    /** The binary logarithm of the number of segments. The top bits of an id's hash choose its segment. */
    private int segmentBits;

    private boolean holdsZero;

    /** Adds an id. Returns false if the set already held it. */
    boolean add(long id) {
        if (id == 0) {
            boolean first = !holdsZero;
            holdsZero = true;
            return first;
        }
        long hash = id * SPREAD;
        int s = segment(hash);
        long[] segment = segments[s];
        int at = find(segment, id, hash);
        if (segment[at] == id) return false;
        segment[at] = id;
        if (++sizes[s] > full(segment.length)) makeRoom(s);
        return true;
    }

    boolean contains(long id) {
        if (id == 0) return holdsZero;
        long hash = id * SPREAD;
        long[] segment = segments[segment(hash)];
        return segment[find(segment, id, hash)] == id;
    }

    /** Calls the action once for each id, in no particular order. */
    void forEach(LongConsumer action) {
        if (holdsZero) action.accept(0);
        for (long[] segment : segments) {
            for (long id : segment) {
                if (id != 0) action.accept(id);
            }
        }
    }

    private int segment(long hash) {
        return segmentBits == 0 ? 0 : (int) (hash >>> (64 - segmentBits));
    }

    /** Returns the index of the id in the segment, or of the free place where the id belongs. */
    private int find(long[] segment, long id, long hash) {
        long within = (hash << segmentBits) >>> 32;
        int at = (int) ((within * segment.length) >>> 32);
        while (segment[at] != 0 && segment[at] != id) {
            if (++at == segment.length) at = 0;
        }
        return at;
    }

    private static int full(int length) {
        return length / 5 * 4;
    }

    private void makeRoom(int s) {
        if (segments[s].length >= SEGMENT_MAX) {
            split();
            return;
        }
        long[] old = segments[s];
        segments[s] = new long[Math.min(SEGMENT_MAX, old.length + old.length / 2)];
        for (long id : old) {
            if (id != 0) put(id);
        }
    }

    /** Doubles the number of segments. Each new segment is sized for the ids that it receives. */
    private void split() {
        long[][] old = segments;
        segmentBits++;
        sizes = new int[old.length * 2];
        for (long[] segment : old) {
            for (long id : segment) {
                if (id != 0) sizes[segment(id * SPREAD)]++;
            }
        }
        segments = new long[sizes.length][];
        for (int s = 0; s < sizes.length; s++) segments[s] = new long[Math.max(SEGMENT_MIN, sizes[s] / 2 * 3)];
        for (long[] segment : old) {
            for (long id : segment) {
                if (id != 0) put(id);
            }
        }
    }

    private void put(long id) {
        long hash = id * SPREAD;
        long[] segment = segments[segment(hash)];
        segment[find(segment, id, hash)] = id;
    }

    long bytes() {
        long bytes = 0;
        for (long[] segment : segments) bytes += 16 + 8L * segment.length;
        return bytes;
    }
}
