package io.gapless.stream.endtoend;

import io.gapless.stream.seam.Time;
import io.gapless.stream.seam.Work;
import io.gapless.stream.seam.Worker;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** The machine's time, with real threads, that a test can put forward: a wait of minutes is over at once. Thread-safe. */
final class TimeMachine implements Time {
    private final List<Worker> workers = new CopyOnWriteArrayList<>();
    private volatile Duration ahead = Duration.ZERO;

    /** Puts both clocks forward. */
    synchronized void forward(Duration by) {
        ahead = ahead.plus(by);
        workers.forEach(Worker::wake);
    }

    @Override
    public Instant instant() {
        return Time.system().instant().plus(ahead);
    }

    @Override
    public long nanoTime() {
        return Time.system().nanoTime() + ahead.toNanos();
    }

    @Override
    public Worker start(String name, Work work) {
        Worker worker = Time.system().start(name, nowNanos -> work.step(nanoTime()));
        workers.add(worker);
        return worker;
    }

    @Override
    public Alarm after(Duration delay, Runnable action) {
        return Time.system().after(delay, action);
    }
}
