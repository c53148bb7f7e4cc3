package io.gapless.stream;

import java.time.Instant;
import java.util.List;
import java.util.concurrent.atomic.AtomicLongArray;

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

    private final Origin origin;
    private final AtomicLongArray counts = new AtomicLongArray(4 * APART);
    private final List<Recovery.Pin> spans;
    /** Of each span: posts acknowledged, and duplicates. */
    private final AtomicLongArray within;

    /**
     * A source that has brought nothing yet.
     *
     * @param origin what kind it is
     */
    public Source(Origin origin) {
        this(origin, List.of());
    }

    /**
     * A source that has brought nothing yet, and counts some of its posts apart, too.
     *
     * @param origin what kind it is
     * @param spans times of creation; a post counts for the first of them that holds it
     */
    public Source(Origin origin, List<Recovery.Pin> spans) {
        this.origin = origin;
        this.spans = List.copyOf(spans);
        this.within = new AtomicLongArray(2 * spans.size());
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
     * Returns how many of the acknowledged posts were created within a span.
     *
     * @param span its index
     * @return the count
     */
    public long acknowledgedWithin(int span) {
        return within.get(2 * span);
    }

    /**
     * Returns how many of the duplicates were created within a span.
     *
     * @param span its index
     * @return the count
     */
    public long duplicatesWithin(int span) {
        return within.get(2 * span + 1);
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
        if (spans.isEmpty() || !Snowflake.carriesTime(id)) return;
        Instant createdAt = Snowflake.time(id);
        for (int i = 0; i < spans.size(); i++) {
            Recovery.Pin span = spans.get(i);
            if (createdAt.isBefore(span.from()) || !createdAt.isBefore(span.until())) continue;
            within.incrementAndGet(2 * i + which);
            return;
        }
    }

    void addLost(int posts) {
        counts.addAndGet(LOST, posts);
    }

    void addDuplicate(long id) {
        addWithin(id, 1);
        counts.incrementAndGet(DUPLICATES);
    }
}
