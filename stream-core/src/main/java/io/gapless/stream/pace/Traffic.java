package io.gapless.stream.pace;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantReadWriteLock;

/**
 * Counts what all connections receive, and remembers when the last signal and the last post arrived. These times come
 * from live connections only, because a recovery job shows nothing about live connections. Thread-safe.
 */
public final class Traffic {
    public static final long NEVER = Long.MIN_VALUE;

    private final AtomicLong received = new AtomicLong();
    private volatile long lastSignalNanos = NEVER;
    private volatile long lastPostNanos = NEVER;
    /**
     * Each thread holds the shared lock while it processes a piece of a connection's bytes. While a thread holds the
     * exclusive lock, no piece is being processed.
     */
    private final ReentrantReadWriteLock reading = new ReentrantReadWriteLock();

    /**
     * Begins the processing of a piece of bytes on this thread. The thread calls {@link #read} when all posts in that
     * piece have been received.
     */
    public void reading() {
        reading.readLock().lock();
    }

    public void read() {
        reading.readLock().unlock();
    }

    /** Waits until the posts in all pieces that are being processed have been received, or until the time is over. */
    public void awaitRead(Duration atMost) throws InterruptedException {
        if (reading.writeLock().tryLock(atMost.toNanos(), TimeUnit.NANOSECONDS)) {
            reading.writeLock().unlock();
        }
    }

    public void signal(long nowNanos) {
        lastSignalNanos = nowNanos;
    }

    public void livePost(long nowNanos) {
        lastPostNanos = nowNanos;
    }

    public void received(int posts) {
        received.addAndGet(posts);
    }

    public long received() {
        return received.get();
    }

    /** Returns when the last signal of a live connection arrived, or {@link #NEVER}. */
    public long lastSignalNanos() {
        return lastSignalNanos;
    }

    /** Returns when the last post on a live connection arrived, or {@link #NEVER}. */
    public long lastPostNanos() {
        return lastPostNanos;
    }
}
