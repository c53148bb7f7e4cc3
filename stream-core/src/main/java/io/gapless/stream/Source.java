package io.gapless.stream;

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

    /**
     * A source that has brought nothing yet.
     *
     * @param origin what kind it is
     */
    public Source(Origin origin) {
        this.origin = origin;
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

    void addAcknowledged() {
        counts.incrementAndGet(ACKNOWLEDGED);
    }

    void addLost(int posts) {
        counts.addAndGet(LOST, posts);
    }

    void addDuplicate() {
        counts.incrementAndGet(DUPLICATES);
    }
}
