package io.gapless.benchmarks;

import io.gapless.proof.kit.Numbers;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.concurrent.locks.LockSupport;

/**
 * Counts posts, and reads the process's counters of CPU and memory twice: after a first number of posts and after a
 * second one. The difference excludes the start-up. After the second number, the meter prints the differences and ends
 * the process. Owner: the thread that reads the posts.
 */
final class Meter {
    static final String CPU = "CPU-µs per post";
    static final String RATE = "posts/s";
    static final String ALLOCATED = "bytes allocated per post";
    static final String PEAK = "peak RSS, MiB";
    static final String COLLECTING = "pauses of the collector, s per million posts";
    static final long UNPACED = 0;

    /** The number of posts after which the pace is checked again. */
    private static final int STRIDE = 64;

    private final long from;
    private final long until;
    private final double lineBytes;
    private final long unpaced;
    private final long perSecond;

    private long count;
    private long bytes;
    /**
     * A sum over the values that the clients have read. The sum is used, so the compiler cannot remove the reading of
     * the values.
     */
    private long sum;

    private boolean begun;
    private long beganCpuNanos;
    private long beganNanos;
    private long beganAllocated;
    private long beganCount;
    private long beganPausedMillis;
    private long startedNanos;

    /**
     * Creates a meter.
     *
     * @param from the number of posts after which the measurement begins
     * @param until the number of posts after which the measurement ends
     * @param lineBytes the average length of a post, by which clients that count only bytes estimate the number of
     *     posts
     * @param unpaced the number of posts that are read first, as fast as they arrive
     * @param perSecond the largest number of posts that are read per second after those, as by a slow handler; {@link
     *     #UNPACED} for no limit
     */
    Meter(long from, long until, double lineBytes, long unpaced, long perSecond) {
        this.from = from;
        this.until = until;
        this.lineBytes = lineBytes;
        this.unpaced = unpaced;
        this.perSecond = perSecond;
    }

    void post(long read) {
        sum += read;
        if (++count == from || count == until) mark();
        if (perSecond != UNPACED && count > unpaced && count % STRIDE == 0) keepPace();
    }

    private void keepPace() {
        if (startedNanos == 0) startedNanos = System.nanoTime();
        long dueNanos = startedNanos + (count - unpaced) * 1_000_000_000 / perSecond;
        for (long rest = dueNanos - System.nanoTime(); rest > 0; rest = dueNanos - System.nanoTime()) {
            LockSupport.parkNanos(rest);
        }
    }

    /** Sets the number of posts that have been read so far. */
    void posts(long all) {
        count = all;
        if ((!begun && all >= from) || all >= until) mark();
    }

    /** Adds a number of bytes of the body, and estimates the number of posts from all bytes so far. */
    void bytes(long more) {
        bytes += more;
        posts((long) (bytes / lineBytes));
    }

    private void mark() {
        long cpuNanos = Numbers.cpuNanos();
        long nanos = System.nanoTime();
        long allocated = Numbers.allocatedBytesOfAllThreads();
        if (begun) tell(cpuNanos, nanos, allocated);
        begun = true;
        beganCpuNanos = cpuNanos;
        beganNanos = nanos;
        beganAllocated = allocated;
        beganCount = count;
        beganPausedMillis = Numbers.pausedMillis();
    }

    private void tell(long cpuNanos, long nanos, long allocated) {
        double posts = count - beganCount;
        Numbers.tell(CPU, (cpuNanos - beganCpuNanos) / 1e3 / posts);
        Numbers.tell(RATE, posts * 1e9 / (nanos - beganNanos));
        Numbers.tell(ALLOCATED, (allocated - beganAllocated) / posts);
        Numbers.tell(COLLECTING, (Numbers.pausedMillis() - beganPausedMillis) * 1e3 / posts);
        try {
            Numbers.tell(PEAK, Numbers.peakMiB());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        if (sum == 42) System.out.println(sum);
        System.exit(0);
    }
}
