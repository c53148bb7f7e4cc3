package io.gapless.cli;

import io.gapless.stream.seam.Time;
import io.gapless.stream.seam.Work;
import io.gapless.stream.seam.Worker;
import java.time.Duration;
import java.time.Instant;
import java.util.function.Consumer;

/** The machine's time, but for a wall clock that can be put forward: hours and days pass at once. Thread-safe. */
final class ShiftedTime implements Time {
    private final Time system = Time.system();
    private volatile Duration ahead = Duration.ZERO;

    /** Lets time pass, on both clocks. Called by one thread. */
    void pass(Duration length) {
        ahead = ahead.plus(length);
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
        return system.start(name, nowNanos -> work.step(nanoTime()), died);
    }

    @Override
    public Alarm after(Duration delay, Runnable action) {
        return system.after(delay, action);
    }
}
