package io.gapless.cli;

import io.gapless.stream.seam.Seams;
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
 * Provides the machine's time plus a shift that can grow. The shift applies to the wall clock and to the monotonic
 * clock. So the demo lets hours and days pass without waiting. The shift never grows during a step of a {@link Worker},
 * since the worker would take a jump within a step for a suspended machine. Thread-safe.
 */
final class ShiftedTime implements Time {
    private final Time system = Seams.system().time();
    private final List<Worker> workers = new CopyOnWriteArrayList<>();
    /**
     * Separates steps and changes of the shift: a step of a worker holds the read lock, and a change of the shift holds
     * the write lock. The lock is fair. Otherwise an unbroken sequence of steps could keep the shift from ever
     * changing.
     */
    private final ReadWriteLock steps = new ReentrantReadWriteLock(true);

    private volatile Duration ahead = Duration.ZERO;

    /** Moves the time forward, and wakes all workers. Only one thread may call this method. */
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
