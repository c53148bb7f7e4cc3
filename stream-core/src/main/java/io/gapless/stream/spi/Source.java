package io.gapless.stream.spi;

import io.gapless.stream.post.Origin;
import io.gapless.stream.post.Snowflake;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.atomic.AtomicLongArray;
import org.jspecify.annotations.Nullable;

/**
 * Counts the posts of one source, such as a connection, a recovery job or a slice of a search, and how these posts were
 * handled. Thread-safe. Each count may change between two reads, so two counts need not fit together.
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
    private final long neededFromMillis;
    private final AtomicLongArray counts = new AtomicLongArray(5 * APART);
    /**
     * The span of creation times within which posts are also counted by time; null if posts are not counted by time.
     */
    private final @Nullable Pin times;
    /** Two counts for each tenth of a second of {@link #times}: acknowledged posts, and duplicates. */
    private final AtomicIntegerArray tenths;

    /**
     * Creates a source whose counts are zero.
     *
     * @param origin the origin of its posts
     */
    public Source(Origin origin) {
        this.origin = origin;
        this.neededFromMillis = Long.MIN_VALUE;
        this.times = null;
        this.tenths = new AtomicIntegerArray(0);
    }

    /**
     * Creates a source whose counts are zero. The source also counts posts by their time of creation.
     *
     * @param origin the origin of its posts
     * @param times the times of creation to count by, to a tenth of a second; each tenth takes 8 bytes of memory
     */
    public Source(Origin origin, Pin times) {
        this(origin, times, Instant.MIN);
    }

    /**
     * Creates a source whose counts are zero, and which also delivers posts that nobody needs: a backfill returns whole
     * minutes.
     *
     * @param origin the origin of its posts
     * @param times the times of creation to count by, to a tenth of a second; each tenth takes 8 bytes of memory
     * @param neededFrom the creation time of the first post that is needed; everything before was accounted for already
     */
    public Source(Origin origin, Pin times, Instant neededFrom) {
        this.origin = origin;
        this.neededFromMillis = neededFrom.equals(Instant.MIN) ? Long.MIN_VALUE : neededFrom.toEpochMilli();
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
     * Returns the creation time of the first post that is needed from this source.
     *
     * @return epoch milliseconds; {@link Long#MIN_VALUE} if all posts are needed
     */
    public long neededFromMillis() {
        return neededFromMillis;
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
     * Returns how many of the acknowledged posts were created within a span. A post is counted only if it was created
     * within the times that the constructor received.
     *
     * @param span the span, start inclusive and end exclusive, so that adjoining spans never count a post twice
     * @return the count
     */
    public long acknowledgedWithin(Pin span) {
        return acknowledged() == 0 ? 0 : countWithin(span, 0);
    }

    /**
     * Returns how many of the duplicates were created within a span. A post is counted only if it was created within
     * the times that the constructor received.
     *
     * @param span the span, start inclusive and end exclusive, so that adjoining spans never count a post twice
     * @return the count
     */
    public long duplicatesWithin(Pin span) {
        return duplicates() == 0 ? 0 : countWithin(span, 1);
    }

    private long countWithin(Pin span, int which) {
        Pin apart = times;
        if (apart == null) return 0;
        Instant from = span.from().isBefore(apart.from()) ? apart.from() : span.from();
        Instant until = span.until().isAfter(apart.until()) ? apart.until() : span.until();
        int end = tenths(apart, until);
        long count = 0;
        for (int i = tenths(apart, from); i < end; i++) count += tenths.get(2 * i + which);
        return count;
    }

    /**
     * Returns whether every post of this source is settled.
     *
     * @return true if every post is acknowledged, dropped as a duplicate, or reported as lost
     */
    public boolean isSettled() {
        // The count of received posts is read last. So a post that arrives between the reads makes the source look
        // unsettled, never settled.
        long done = counts.get(ACKNOWLEDGED) + counts.get(DUPLICATES) + counts.get(LOST);
        return done == counts.get(RECEIVED);
    }

    /**
     * Returns whether every post of this source that is meant for the handler has been handed over at least once.
     * Posts at which the handler failed may still wait for a retry.
     *
     * @return true if each post is settled, has been handed over at least once, or is another copy of a post that has
     *     been handed over
     */
    public boolean isHandedOver() {
        // With this order of reads, a post that settles or arrives between the reads makes the result false, never
        // true.
        long done = counts.get(ACKNOWLEDGED) + counts.get(DUPLICATES) + counts.get(LOST);
        long waiting = counts.get(WAITING);
        return done + waiting == counts.get(RECEIVED);
    }

    /** Counts a post as waiting: for a retry, or until another copy of it is settled. */
    public void addWaiting() {
        counts.incrementAndGet(WAITING);
    }

    /**
     * Stops counting a post as waiting, because it is settled. After this call, the caller counts the post as
     * acknowledged or as a duplicate.
     */
    public void removeWaiting() {
        counts.decrementAndGet(WAITING);
    }

    public void addReceived() {
        counts.incrementAndGet(RECEIVED);
    }

    public void addAcknowledged(long id) {
        addWithin(id, 0);
        counts.incrementAndGet(ACKNOWLEDGED);
    }

    /**
     * Counts a post by its time of creation. Called before the post is counted in the total, so that these counts are
     * complete once the source is settled.
     */
    private void addWithin(long id, int which) {
        Pin apart = times;
        if (apart == null || !Snowflake.carriesTime(id)) return;
        Instant createdAt = Snowflake.time(id);
        if (createdAt.isBefore(apart.from()) || !createdAt.isBefore(apart.until())) return;
        int i = 2 * tenths(apart, createdAt) + which;
        if (i < tenths.length()) tenths.incrementAndGet(i);
    }

    public void addLost(int posts) {
        counts.addAndGet(LOST, posts);
    }

    public void addDuplicate(long id) {
        addWithin(id, 1);
        counts.incrementAndGet(DUPLICATES);
    }
}
