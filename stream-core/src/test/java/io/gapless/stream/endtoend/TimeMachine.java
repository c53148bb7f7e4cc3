package io.gapless.stream.endtoend;

import io.gapless.stream.seam.Seams;
import io.gapless.stream.seam.Time;
import io.gapless.stream.seam.Work;
import io.gapless.stream.seam.Worker;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

/**
 * Real threads and a real wire in a time that a test can hasten or put forward, so that a wait of minutes is over at
 * once. Thread-safe.
 */
final class TimeMachine implements Time {
    private final List<Worker> workers = new CopyOnWriteArrayList<>();
    private final int speed;
    private final long bornNanos = System.nanoTime();
    private final Instant bornAt = Instant.now();
    private volatile long aheadNanos;

    /** A time as fast as the machine's. */
    TimeMachine() {
        this(1);
    }

    /** A time in which everything happens so many times as fast. */
    TimeMachine(int speed) {
        this.speed = speed;
    }

    /** Puts both clocks forward. */
    synchronized void forward(Duration by) {
        aheadNanos += by.toNanos();
        workers.forEach(Worker::wake);
    }

    @Override
    public Instant instant() {
        return bornAt.plusNanos(nanoTime() - bornNanos);
    }

    @Override
    public long nanoTime() {
        return bornNanos + (System.nanoTime() - bornNanos) * speed + aheadNanos;
    }

    @Override
    public Worker start(String name, Work work, Consumer<Throwable> died) {
        Work faster = nowNanos -> {
            long waitNanos = work.step(nanoTime());
            return waitNanos == Work.UNTIL_WOKEN ? waitNanos : (waitNanos + speed - 1) / speed;
        };
        Worker worker = Seams.system().time().start(name, faster, died);
        workers.add(worker);
        return worker;
    }

    @Override
    public Alarm after(Duration delay, Runnable action) {
        return Seams.system().time().after(delay.dividedBy(speed), action);
    }
}
