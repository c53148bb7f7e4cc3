package io.gapless.crash;

import io.gapless.recovery.GaplessStream;
import io.gapless.stream.seam.Seams;
import io.gapless.stream.seam.Time;
import io.gapless.stream.seam.Work;
import io.gapless.stream.seam.Worker;
import java.net.URI;
import java.net.http.HttpClient;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.function.Consumer;

/**
 * Provides the machine's clocks, running faster by a factor and shifted, so that hours of X's time fit into minutes.
 * Two processes with the same origin, speed and shift read the same time. Thread-safe.
 */
final class FastTime implements Time {
    private static final Duration OVERLAP = Duration.ofSeconds(30);
    /**
     * A spending limit that is never reached. The next constant is a connect budget that is never reached. Without
     * them, the limits would stop the stream, since it restarts more often than X would allow.
     */
    private static final int AMPLE = 10_000_000;

    private static final int AMPLE_CONNECTS = 10_000;

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

    /** Prepares a stream that lives in this time, and that no limit stops. */
    GaplessStream.Builder stream(URI x, String token, Path state) {
        return GaplessStream.builder()
                .baseUrl(x)
                .bearerToken(token)
                .overlap(OVERLAP)
                .maxRecoveredPosts(AMPLE)
                .stateDirectory(state)
                .seams(s -> s.time(this))
                .proxy(HttpClient.Builder.NO_PROXY)
                .connectBudget(AMPLE_CONNECTS);
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
