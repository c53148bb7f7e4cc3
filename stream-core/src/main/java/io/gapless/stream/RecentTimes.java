package io.gapless.stream;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLongArray;

/**
 * Counts lengths of time of the last minute or two, for percentiles. A length is kept as its class, and a class is an
 * eighth as wide as the lengths in it, so a percentile is at most an eighth too long. Takes 6 kB, whatever is counted.
 * Owner: the thread that adds; any thread may read.
 */
final class RecentTimes {
    private static final long HALF_NANOS = Duration.ofMinutes(1).toNanos();
    /** Each doubling of a length has this many classes. */
    private static final int CLASSES_PER_DOUBLING = 8;

    private static final int BITS_PER_DOUBLING = 3;
    /** Longer lengths, of more than twelve days, count as this one: 2 to the 40th microseconds. */
    private static final int DOUBLINGS_MAX = 40;

    private static final int CLASSES = (DOUBLINGS_MAX - BITS_PER_DOUBLING + 2) * CLASSES_PER_DOUBLING;

    /** The counts of the present minute and of the minute before it. */
    private volatile Halves halves;

    private record Half(long beganNanos, AtomicLongArray counts) {
        static Half at(long nowNanos) {
            return new Half(nowNanos, new AtomicLongArray(CLASSES));
        }
    }

    private record Halves(Half present, Half before) {}

    RecentTimes(long nowNanos) {
        Half first = Half.at(nowNanos);
        halves = new Halves(first, first);
    }

    /** Adds a length. A negative length, as between clocks that differ, counts as zero. */
    void add(long micros, long nowNanos) {
        Half present = halves.present;
        if (nowNanos - present.beganNanos >= HALF_NANOS) {
            Half next = Half.at(nowNanos);
            halves = new Halves(next, nowNanos - present.beganNanos < 2 * HALF_NANOS ? present : next);
            present = next;
        }
        int which = classOf(Math.max(0, micros));
        // Only the owner writes, so no other write can come between.
        present.counts.lazySet(which, present.counts.getPlain(which) + 1);
    }

    /**
     * Returns a percentile of the recent lengths.
     *
     * @param quantile such as 0.99
     * @return empty if there are none
     */
    Optional<Duration> quantile(double quantile, long nowNanos) {
        Halves known = halves;
        if (nowNanos - known.present.beganNanos >= 2 * HALF_NANOS) return Optional.empty();
        long[] counts = new long[CLASSES];
        long all = add(known.present, counts);
        if (known.before != known.present) all += add(known.before, counts);
        if (all == 0) return Optional.empty();
        long rank = Math.max(1, (long) Math.ceil(quantile * all));
        for (int i = 0; i < CLASSES; i++) {
            rank -= counts[i];
            if (rank <= 0) return Optional.of(Duration.ofNanos(longest(i) * 1_000));
        }
        throw new AssertionError("the rank is at most the number of lengths");
    }

    private static long add(Half half, long[] counts) {
        long sum = 0;
        for (int i = 0; i < CLASSES; i++) {
            long count = half.counts.get(i);
            counts[i] += count;
            sum += count;
        }
        return sum;
    }

    private static int classOf(long micros) {
        if (micros < CLASSES_PER_DOUBLING) return (int) micros;
        int doubling = Math.min(DOUBLINGS_MAX, Long.SIZE - 1 - Long.numberOfLeadingZeros(micros));
        long bounded = Math.min(micros, (1L << DOUBLINGS_MAX + 1) - 1);
        int part = (int) (bounded >>> doubling - BITS_PER_DOUBLING) & CLASSES_PER_DOUBLING - 1;
        return (doubling - BITS_PER_DOUBLING + 1) * CLASSES_PER_DOUBLING + part;
    }

    /** Returns the longest length of a class, in microseconds. */
    private static long longest(int which) {
        if (which < CLASSES_PER_DOUBLING) return which;
        int shift = which / CLASSES_PER_DOUBLING - 1;
        long first = CLASSES_PER_DOUBLING + which % CLASSES_PER_DOUBLING;
        return (first + 1 << shift) - 1;
    }
}
