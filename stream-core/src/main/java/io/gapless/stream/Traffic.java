package io.gapless.stream;

import java.util.concurrent.atomic.AtomicLong;

/** What has been received, counted by all connections' threads. */
final class Traffic {
    static final long NEVER = Long.MIN_VALUE;

    private final AtomicLong received = new AtomicLong();
    private volatile long lastSignalNanos = NEVER;
    private volatile long lastPostNanos = NEVER;

    void signal(long nowNanos) {
        lastSignalNanos = nowNanos;
    }

    void received(int posts, long nowNanos) {
        received.addAndGet(posts);
        lastPostNanos = nowNanos;
    }

    long received() {
        return received.get();
    }

    /** When the last byte came, or {@link #NEVER}. */
    long lastSignalNanos() {
        return lastSignalNanos;
    }

    /** When the last post came, or {@link #NEVER}. */
    long lastPostNanos() {
        return lastPostNanos;
    }
}
