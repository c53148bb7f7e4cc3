package io.gapless.crash;

import io.gapless.stream.seam.Seams;
import io.gapless.stream.seam.Time;
import io.gapless.stream.seam.Work;
import io.gapless.stream.seam.Worker;
import java.time.Duration;
import java.time.Instant;
import java.util.function.Consumer;

/**
 * Provides the machine's clocks, running faster by a factor and shifted, so that hours of X's time fit into minutes.
 * Two processes with the same origin, speed and shift read the same time. Thread-safe.
 */
final class FastTime implements Time {
    private final Instant origin;
    private final int speed;
    private final Duration shift;

    /**
     * Creates a fast time.
     *
     * @param origin the time at which the fast clock, without its shift, equals the machine's clock
     * @param speed the factor, at least 1
     * @param shift the duration that is added to the wall clock; the monotonic clock is not shifted
     */
    FastTime(Instant origin, int speed, Duration shift) {
        this.origin = origin;
        this.speed = speed;
        this.shift = shift;
    }

    @Override
    public Instant instant() {
        return origin.plus(Duration.between(origin, Instant.now()).multipliedBy(speed))
                .plus(shift);
    }

    @Override
    public long nanoTime() {
        return System.nanoTime() * speed;
    }

    @Override
    public Worker start(String name, Work work, Consumer<Throwable> died) {
        Work faster = nowNanos -> {
            long waitNanos = work.step(nanoTime());
            return waitNanos <= 0 || waitNanos == Work.UNTIL_WOKEN ? waitNanos : Math.max(1, waitNanos / speed);
        };
        return Seams.system().time().start(name, faster, died);
    }

    @Override
    public Alarm after(Duration delay, Runnable action) {
        return Seams.system().time().after(delay.dividedBy(speed), action);
    }
}
