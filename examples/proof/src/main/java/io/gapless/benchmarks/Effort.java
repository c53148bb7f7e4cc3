package io.gapless.benchmarks;

import java.util.stream.LongStream;

/**
 * Decides how long to measure.
 *
 * @param rounds how often each contender is measured
 * @param share the part of the full amount (of posts, seconds or sizes) that is measured, above 0 and at most 1
 */
public record Effort(int rounds, double share) {
    static final Effort FULL = new Effort(5, 1);
    static final Effort QUICK = new Effort(1, 0.3);
    /** Measures just enough to show that the measurement works. The numbers mean nothing. */
    static final Effort SMOKE = new Effort(1, 0.001);

    /** Returns this effort's share of a full volume, but at least 1. */
    long of(long fullVolume) {
        return Math.max(1, Math.round(fullVolume * share));
    }

    /**
     * Returns the sizes for a study that compares sizes, such as numbers of ids. Only {@link #SMOKE} reduces these
     * sizes.
     */
    long[] sizes(long... full) {
        return equals(SMOKE) ? LongStream.of(full).map(this::of).distinct().toArray() : full;
    }

    /** Returns whether there are several rounds, and so time for measurements that only add detail. */
    boolean isFull() {
        return rounds > 1;
    }

    /** Returns the same effort with at most this many rounds. */
    Effort rounds(int atMost) {
        return new Effort(Math.min(atMost, rounds), share);
    }
}
