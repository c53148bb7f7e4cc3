package io.gapless.benchmarks;

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

    /** A size that is itself the question: what a small one costs says little about a large one. */
    long size(long fullSize) {
        return equals(SMOKE) ? of(fullSize) : fullSize;
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
