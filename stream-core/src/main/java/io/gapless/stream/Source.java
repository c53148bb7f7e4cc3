package io.gapless.stream;

import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.atomic.AtomicLongArray;
import org.jspecify.annotations.Nullable;

/**
 * One source of posts, such as a connection, a job or a slice of a search, and what became of what it brought.
 * Thread-safe; a number read may be older than one read before it, never than the posts behind it.
 */
public final class Source {
    /** One thread counts what comes and another what is done with: apart, so that they share no cache line. */
    private static final int APART = 16;

    private static final int RECEIVED = 0;
    private static final int ACKNOWLEDGED = APART;
    private static final int DUPLICATES = 2 * APART;
    private static final int LOST = 3 * APART;

    private static final int TENTH_MILLIS = 100;

    private final Origin origin;
    private final AtomicLongArray counts = new AtomicLongArray(4 * APART);
    /** Times that are counted apart; null if none are. */
    private final Recovery.@Nullable Pin times;
    /** Of each tenth of a second of these: posts acknowledged, and duplicates. */
    private final AtomicIntegerArray tenths;

    /**
     * A source that has brought nothing yet.
     *
     * @param origin what kind it is
     */
    public Source(Origin origin) {
        this.origin = origin;
        this.times = null;
        this.tenths = new AtomicIntegerArray(0);
    }

    /**
     * A source that has brought nothing yet, and counts by time of creation, too.
     *
     * @param origin what kind it is
     * @param times the times of creation that are counted apart, to a tenth of a second; takes 8 bytes for each
     */
    public Source(Origin origin, Recovery.Pin times) {
        this.origin = origin;
        this.times = times;
        this.tenths = new AtomicIntegerArray(2 * tenths(times, times.until()));
    }

    private static int tenths(Recovery.Pin times, Instant moment) {
        return (int) (Duration.between(times.from(), moment).toMillis() / TENTH_MILLIS);
    }

    /**
     * What kind it is.
     *
     * @return the origin of its posts
     */
    public Origin origin() {
        return origin;
    }

    /**
     * How many posts have come.
     *
     * @return posts, duplicates too
     */
    public long received() {
        return counts.get(RECEIVED);
    }

    /**
     * How many of them were seen for the first time and are done with.
     *
     * @return posts that the handler acknowledged, or that were dead-lettered
     */
    public long acknowledged() {
        return counts.get(ACKNOWLEDGED);
    }

    /**
     * How many of them had come before, from this or another source.
     *
     * @return posts that were dropped
     */
    public long duplicates() {
        return counts.get(DUPLICATES);
    }

    /**
     * Returns how many of the acknowledged posts were created within a span, of the times that are counted apart.
     *
     * @param span the span; each post is within exactly one of several that touch
     * @return the count
     */
    public long acknowledgedWithin(Recovery.Pin span) {
        return countWithin(span, 0);
    }

    /**
     * Returns how many of the duplicates were created within a span, of the times that are counted apart.
     *
     * @param span the span; each post is within exactly one of several that touch
     * @return the count
     */
    public long duplicatesWithin(Recovery.Pin span) {
        return countWithin(span, 1);
    }

    private long countWithin(Recovery.Pin span, int which) {
        Recovery.Pin apart = times;
        if (apart == null) return 0;
        Instant from = span.from().isBefore(apart.from()) ? apart.from() : span.from();
        Instant until = span.until().isAfter(apart.until()) ? apart.until() : span.until();
        long count = 0;
        for (int i = tenths(apart, from); i < tenths(apart, until); i++) count += tenths.get(2 * i + which);
        return count;
    }

    /**
     * Whether nothing of it is under way.
     *
     * @return true if every post that came is acknowledged, dropped, or lost by us and reported
     */
    public boolean isSettled() {
        // In this order: what comes between the reads makes it look unsettled, never settled.
        long done = counts.get(ACKNOWLEDGED) + counts.get(DUPLICATES) + counts.get(LOST);
        return done == counts.get(RECEIVED);
    }

    void addReceived() {
        counts.incrementAndGet(RECEIVED);
    }

    void addAcknowledged(long id) {
        addWithin(id, 0);
        counts.incrementAndGet(ACKNOWLEDGED);
    }

    /** Before the sum: who finds the source settled finds all of them counted. */
    private void addWithin(long id, int which) {
        Recovery.Pin apart = times;
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
