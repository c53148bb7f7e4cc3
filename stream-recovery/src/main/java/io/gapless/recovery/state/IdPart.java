package io.gapless.recovery.state;

/**
 * Describes the ids of some seconds in a shared state, so that a process that has read them sees whether more have come.
 * Two descriptions of a part are equal if nothing was written to it in between. Immutable.
 *
 * @param key which part: the first bits of its ids, which carry their time; or {@link #TIMELESS}
 * @param rows how many rows the part has
 * @param version grows with each row that is written
 */
public record IdPart(long key, long rows, long version) {
    /** The key of the part that holds all ids without a time. No id that carries its time has this key. */
    static final long TIMELESS = -1;

    /** Ids that differ only in their lowest 36 bits belong to one part. These bits cover 16 s. */
    static final int TOGETHER_BITS = 36;

    static long key(long id) {
        return id >> TOGETHER_BITS;
    }

    /** Returns the smallest id that belongs to a part. */
    static long firstId(long key) {
        return key << TOGETHER_BITS;
    }
}
