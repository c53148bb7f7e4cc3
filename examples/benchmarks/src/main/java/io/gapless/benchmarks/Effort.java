package io.gapless.benchmarks;

import java.util.stream.LongStream;

/**
 * How long to measure.
 *
 * @param rounds how often each contender has its turn
 * @param share the part of the full volume, above 0 and at most 1
 */
public record Effort(int rounds, double share) {
    static final Effort FULL = new Effort(5, 1);
    static final Effort QUICK = new Effort(1, 0.3);
    /** Enough to see that it still measures. */
    static final Effort SMOKE = new Effort(1, 0.001);

    /** A volume, at least one. */
    long of(long fullVolume) {
        return Math.max(1, Math.round(fullVolume * share));
    }

    /** Sizes that are themselves the question: only the smoke test asks for less. */
    long[] sizes(long... full) {
        return equals(SMOKE) ? LongStream.of(full).map(this::of).distinct().toArray() : full;
    }

    /** Whether there is time for what only makes the picture finer. */
    boolean isFull() {
        return rounds > 1;
    }

    /** The same with fewer rounds. */
    Effort rounds(int atMost) {
        return new Effort(Math.min(atMost, rounds), share);
    }
}
