package io.gapless.stream;

import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.atomic.AtomicLongArray;
import org.jspecify.annotations.Nullable;

/**
 * Counts the posts of one source, such as a connection, a recovery job or a slice of a search, and what became of
 * them. Thread-safe. The counts may change between two reads, so two counts need not match.
 */
public final class Source {
    /**
     * The distance between two counts, in longs. One thread counts arriving posts and another one counts handled
     * posts, so the counts must not share a cache line.
     */
    private static final int APART = 16;

    private static final int RECEIVED = 0;
    private static final int ACKNOWLEDGED = APART;
    private static final int DUPLICATES = 2 * APART;
    private static final int LOST = 3 * APART;
    private static final int WAITING = 4 * APART;

    private static final int TENTH_MILLIS = 100;

    private final Origin origin;
    private final AtomicLongArray counts = new AtomicLongArray(5 * APART);
    /** The times of creation by which posts are counted as well; null if they are not. */
    private final @Nullable Pin times;
    /** Two counts for each tenth of a second of these times: acknowledged posts, and duplicates. */
    private final AtomicIntegerArray tenths;

    /**
     * Creates a source whose counts are zero.
     *
     * @param origin the origin of its posts
     */
    public Source(Origin origin) {
        this.origin = origin;
        this.times = null;
        this.tenths = new AtomicIntegerArray(0);
    }

    /**
     * Creates a source whose counts are zero. It also counts posts by their time of creation.
     *
     * @param origin the origin of its posts
     * @param times the times of creation to count by, to a tenth of a second; each tenth takes 8 bytes of memory
     */
    public Source(Origin origin, Pin times) {
        this.origin = origin;
        this.times = times;
        this.tenths = new AtomicIntegerArray(2 * tenths(times, times.until()));
    }

    private static int tenths(Pin times, Instant moment) {
        return (int) (Duration.between(times.from(), moment).toMillis() / TENTH_MILLIS);
    }

    /**
     * Returns what kind of source this is.
     *
     * @return the origin of its posts
     */
    public Origin origin() {
        return origin;
    }

    /**
     * Returns how many posts have arrived.
     *
     * @return posts, duplicates included
     */
    public long received() {
        return counts.get(RECEIVED);
    }

    /**
     * Returns how many posts arrived for the first time and have been handled.
     *
     * @return posts that the handler acknowledged, and posts that were dead-lettered
     */
    public long acknowledged() {
        return counts.get(ACKNOWLEDGED);
    }

    /**
     * Returns how many posts had already arrived, from this or another source.
     *
     * @return posts that were dropped
     */
    public long duplicates() {
        return counts.get(DUPLICATES);
    }

    /**
     * Returns how many of the acknowledged posts were created within a span. Only times given to the constructor are
     * counted.
     *
     * @param span the span; of adjoining spans, exactly one counts a post
     * @return the count
     */
    public long acknowledgedWithin(Pin span) {
        return countWithin(span, 0);
    }

    /**
     * Returns how many of the duplicates were created within a span. Only times given to the constructor are counted.
     *
     * @param span the span; of adjoining spans, exactly one counts a post
     * @return the count
     */
    public long duplicatesWithin(Pin span) {
        return countWithin(span, 1);
    }

    private long countWithin(Pin span, int which) {
        Pin apart = times;
        if (apart == null) return 0;
        Instant from = span.from().isBefore(apart.from()) ? apart.from() : span.from();
        Instant until = span.until().isAfter(apart.until()) ? apart.until() : span.until();
        long count = 0;
        for (int i = tenths(apart, from); i < tenths(apart, until); i++) count += tenths.get(2 * i + which);
        return count;
    }

    /**
     * Returns whether every post of this source has reached its end.
     *
     * @return true if every post is acknowledged, dropped as a duplicate, or reported as lost
     */
    public boolean isSettled() {
        // Received posts are read last: a post that arrives between the reads makes the source look unsettled, never
        // settled.
        long done = counts.get(ACKNOWLEDGED) + counts.get(DUPLICATES) + counts.get(LOST);
        return done == counts.get(RECEIVED);
    }

    /**
     * Returns whether every post of this source that is meant for the handler has been handed over at least once.
     * Posts at which the handler failed may still wait for a retry.
     *
     * @return true if every post has reached its end, has been tried, or is another copy of a post that is being
     *     tried
     */
    public boolean isHandedOver() {
        // In this order, a post that ends or arrives between the reads makes the result false, never true.
        long done = counts.get(ACKNOWLEDGED) + counts.get(DUPLICATES) + counts.get(LOST);
        long waiting = counts.get(WAITING);
        return done + waiting == counts.get(RECEIVED);
    }

    /** Counts a post that waits for a retry, or for the end of its other copy. */
    void addWaiting() {
        counts.incrementAndGet(WAITING);
    }

    /** Ends the wait of a post that has reached its end. The caller counts the end after this call. */
    void removeWaiting() {
        counts.decrementAndGet(WAITING);
    }

    void addReceived() {
        counts.incrementAndGet(RECEIVED);
    }

    void addAcknowledged(long id) {
        addWithin(id, 0);
        counts.incrementAndGet(ACKNOWLEDGED);
    }

    /**
     * Counts a post by its time of creation. Called before the total is counted, so that a settled source is
     * complete.
     */
    private void addWithin(long id, int which) {
        Pin apart = times;
        if (apart == null || !Snowflake.carriesTime(id)) return;
        Instant createdAt = Snowflake.time(id);
        if (createdAt.isBefore(apart.from()) || !createdAt.isBefore(apart.until())) return;
        int i = 2 * tenths(apart, createdAt) + which;
        if (i < tenths.length()) tenths.incrementAndGet(i);
    }

    void addLost(int posts) {
        counts.addAndGet(LOST, posts);
    }

    void addDuplicate(long id) {
        addWithin(id, 1);
        counts.incrementAndGet(DUPLICATES);
    }
}
