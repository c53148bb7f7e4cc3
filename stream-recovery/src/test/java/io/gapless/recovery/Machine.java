package io.gapless.recovery;

import io.gapless.stream.seam.Time;
import io.gapless.stream.seam.VirtualTime;
import io.gapless.stream.seam.Work;
import io.gapless.stream.seam.Worker;
import java.time.Duration;
import java.time.Instant;
import java.util.function.Consumer;

/** The time of one process on one machine: its clock may be wrong, and when it dies, nothing of it goes on. */
final class Machine implements Time {
    private final VirtualTime world;
    /** How far this machine's clock is ahead of X's. */
    Duration clockAhead;
    /** How much too fast its clock goes, in parts per million. */
    double driftPpm;

    private boolean dead;

    Machine(VirtualTime world, Duration clockAhead) {
        this.world = world;
        this.clockAhead = clockAhead;
    }

    /** {@code kill -9}. */
    void die() {
        dead = true;
    }

    boolean isDead() {
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
        return world.start(name, nowNanos -> dead ? Work.UNTIL_WOKEN : work.step(nowNanos), died);
    }

    @Override
    public Alarm after(Duration delay, Runnable action) {
        return world.after(delay, () -> {
            if (!dead) action.run();
        });
    }
}
