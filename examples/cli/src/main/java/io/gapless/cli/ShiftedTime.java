package io.gapless.cli;

import io.gapless.stream.seam.Time;
import io.gapless.stream.seam.Work;
import io.gapless.stream.seam.Worker;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.Consumer;

/**
 * The machine's time, but for clocks that can be put forward, both at once: hours and days pass while nobody waits. No
 * step of a worker sees time pass within it, since that would look like a machine that was suspended. Thread-safe.
 */
final class ShiftedTime implements Time {
    private final Time system = Time.system();
    private final List<Worker> workers = new CopyOnWriteArrayList<>();
    /** Held for reading by each step of a worker, for writing while time is put forward. Fair, or time would stand still. */
    private final ReadWriteLock steps = new ReentrantReadWriteLock(true);

    private volatile Duration ahead = Duration.ZERO;

    /** Lets time pass, and wakes whoever waits for it. Called by one thread. */
    void pass(Duration length) {
        steps.writeLock().lock();
        try {
            ahead = ahead.plus(length);
        } finally {
            steps.writeLock().unlock();
        }
        workers.forEach(Worker::wake);
    }

    @Override
    public Instant instant() {
        return system.instant().plus(ahead);
    }

    @Override
    public long nanoTime() {
        return system.nanoTime() + ahead.toNanos();
    }

    @Override
    public Worker start(String name, Work work, Consumer<Throwable> died) {
        Worker worker = system.start(name, nowNanos -> step(work), died);
        workers.add(worker);
        return worker;
    }

    private long step(Work work) {
        steps.readLock().lock();
        try {
            return work.step(nanoTime());
        } finally {
            steps.readLock().unlock();
        }
    }

    @Override
    public Alarm after(Duration delay, Runnable action) {
        return system.after(delay, action);
    }
}
