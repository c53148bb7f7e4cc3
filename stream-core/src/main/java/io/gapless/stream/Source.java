package io.gapless.stream;

import java.util.concurrent.atomic.AtomicLong;

/**
 * One source of posts, such as a connection, a job or a slice of a search, and what became of what it brought.
 * Thread-safe; a number read may be older than one read before it, never than the posts behind it.
 */
public final class Source {
    private final Origin origin;
    private final AtomicLong received = new AtomicLong();
    private final AtomicLong acknowledged = new AtomicLong();
    private final AtomicLong duplicates = new AtomicLong();
    private final AtomicLong lost = new AtomicLong();

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
        return received.get();
    }

    /**
     * How many of them were seen for the first time and are done with.
     *
     * @return posts that the handler acknowledged, or that were dead-lettered
     */
    public long acknowledged() {
        return acknowledged.get();
    }

    /**
     * How many of them had come before, from this or another source.
     *
     * @return posts that were dropped
     */
    public long duplicates() {
        return duplicates.get();
    }

    /**
     * Whether nothing of it is under way.
     *
     * @return true if every post that came is acknowledged, dropped, or lost by us and reported
     */
    public boolean isSettled() {
        // In this order: what comes between the reads makes it look unsettled, never settled.
        long done = acknowledged.get() + duplicates.get() + lost.get();
        return done == received.get();
    }

    void addReceived() {
        received.incrementAndGet();
    }

    void addAcknowledged() {
        acknowledged.incrementAndGet();
    }

    void addLost(int posts) {
        lost.addAndGet(posts);
    }

    void addDuplicate() {
        duplicates.incrementAndGet();
    }
}
