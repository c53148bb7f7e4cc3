package io.gapless.recovery;

import io.gapless.stream.seam.Time;
import io.gapless.stream.seam.VirtualTime;
import io.gapless.stream.seam.Work;
import io.gapless.stream.seam.Worker;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.function.Consumer;
import java.util.function.IntFunction;

/** The time of one process on one machine: its clock may be wrong, and when it dies, nothing of it goes on. */
public final class Machine implements Time {
    private static final long LATE_NANOS = Duration.ofMillis(200).toNanos();

    private final VirtualTime world;
    /** How far this machine's clock is ahead of X's. */
    public Duration clockAhead;
    /** How much too fast its clock goes, in parts per million. */
    double driftPpm;

    /** How long the next thread of a user's code takes, given how many are under way. */
    IntFunction<Duration> threadTakes = underWay -> Duration.ZERO;

    private int threads;
    private boolean dead;
    /** Until when nothing of it goes on, and afterwards everything: SIGSTOP, a long collection, a machine that swaps. */
    private long pausedUntilNanos;
    /** The workers in whose steps we are, the innermost one first: a handler that sleeps lets others run. */
    private final ArrayDeque<String> stepping = new ArrayDeque<>();

    /**
     * A machine that runs.
     *
     * @param world the time that is right
     * @param clockAhead how far its clock is ahead of that
     */
    public Machine(VirtualTime world, Duration clockAhead) {
        this.world = world;
        this.clockAhead = clockAhead;
    }

    /** {@code kill -9}. */
    public void die() {
        dead = true;
    }

    /** {@code kill -STOP}, and {@code kill -CONT} after a while. */
    void pause(Duration length) {
        pausedUntilNanos = Math.max(pausedUntilNanos, world.nanoTime() + length.toNanos());
    }

    /** After a pause, threads go on in any order: the one that would notice a takeover comes last. */
    private long lateAfterPause(long nowNanos) {
        long since = nowNanos - pausedUntilNanos;
        boolean wasPaused = pausedUntilNanos > 0;
        return wasPaused && since < LATE_NANOS ? LATE_NANOS - Math.max(0, since) : 0;
    }

    /** How long nothing of it goes on yet. */
    long pausedNanos() {
        return Math.max(0, pausedUntilNanos - world.nanoTime());
    }

    /** Whether nothing of it goes on. */
    public boolean isDead() {
        return dead;
    }

    @Override
    public Instant instant() {
        Instant right = world.instant().plus(clockAhead);
        return driftPpm == 0 ? right : right.plusNanos((long) (world.nanoTime() * driftPpm / 1e6));
    }

    @Override
    public long nanoTime() {
        return world.nanoTime();
    }

    @Override
    public Worker start(String name, Work work, Consumer<Throwable> died) {
        return world.start(name, nowNanos -> dead ? Work.UNTIL_WOKEN : step(name, work, nowNanos), died);
    }

    @Override
    public void run(String name, Runnable code) {
        Duration takes = threadTakes.apply(threads);
        if (takes.isZero()) {
            world.run(name, code);
            return;
        }
        threads++;
        // What takes long before it returns looks like what is done late.
        world.after(takes, () -> {
            threads--;
            if (!dead) code.run();
        });
    }

    private long step(String name, Work work, long nowNanos) {
        long paused = pausedNanos() + (name.equals("gapless-state") ? lateAfterPause(nowNanos) : 0);
        if (paused > 0) return paused;
        stepping.push(name);
        try {
            return work.step(nowNanos);
        } finally {
            stepping.pop();
        }
    }

    /** Which worker's step this is; empty if it is none. */
    String running() {
        return stepping.isEmpty() ? "" : stepping.peek();
    }

    @Override
    public Alarm after(Duration delay, Runnable action) {
        return world.after(delay, () -> {
            if (!dead) runAlarm(action);
        });
    }

    private void runAlarm(Runnable action) {
        if (pausedNanos() > 0) {
            after(Duration.ofNanos(pausedNanos()), action);
            return;
        }
        stepping.push("gapless-alarms");
        try {
            action.run();
        } finally {
            stepping.pop();
        }
    }
}
