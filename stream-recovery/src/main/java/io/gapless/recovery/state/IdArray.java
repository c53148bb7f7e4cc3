package io.gapless.recovery.state;

import java.util.Arrays;

/** Collects ids in a growing array. Not thread-safe. */
public final class IdArray {
    private long[] ids = new long[64];
    private int count;

    public void add(long id) {
        if (count == ids.length) ids = Arrays.copyOf(ids, 2 * count);
        ids[count++] = id;
    }

    public int count() {
        return count;
    }

    public long[] all() {
        return Arrays.copyOf(ids, count);
    }
}
