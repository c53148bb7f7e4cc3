package io.gapless.stream;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantReadWriteLock;

/** What has been received, counted by all connections' threads. When something last came is known of live connections only: a job says nothing of them. */
final class Traffic {
    static final long NEVER = Long.MIN_VALUE;

    private final AtomicLong received = new AtomicLong();
    private volatile long lastSignalNanos = NEVER;
    private volatile long lastPostNanos = NEVER;
    /** Shared by those who read a piece of a connection's bytes; whoever has it alone knows that nobody does. */
    private final ReentrantReadWriteLock reading = new ReentrantReadWriteLock();

    /** A piece is being read; what is in it is received once {@link #read} is called. */
    void reading() {
        reading.readLock().lock();
    }

    void read() {
        reading.readLock().unlock();
    }

    /** Waits until what was being read is received. */
    void awaitRead(Duration atMost) throws InterruptedException {
        if (reading.writeLock().tryLock(atMost.toNanos(), TimeUnit.NANOSECONDS)) {
            reading.writeLock().unlock();
        }
    }

    void signal(long nowNanos) {
        lastSignalNanos = nowNanos;
    }

    void livePost(long nowNanos) {
        lastPostNanos = nowNanos;
    }

    void received(int posts) {
        received.addAndGet(posts);
    }

    long received() {
        return received.get();
    }

    /** When the last signal of a live connection came, or {@link #NEVER}. */
    long lastSignalNanos() {
        return lastSignalNanos;
    }

    /** When the last post on a live connection came, or {@link #NEVER}. */
    long lastPostNanos() {
        return lastPostNanos;
    }
}
