package io.gapless.recovery.outbox;

import io.gapless.stream.seam.Time;
import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig.SlidingWindowType;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.concurrent.TimeUnit;

/**
 * Protects a failing endpoint from too many requests. After six failures in a row, the endpoint gets no request for one
 * minute. After that, it gets one request per minute until it answers one of them. Owner: the thread that runs {@link
 * SendLoop}.
 */
final class Breaker {
    private static final int FAILURES = 6;
    private static final Duration PAUSE = Duration.ofMinutes(1);
    /**
     * How much shorter the wait of the circuit breaker inside is than {@link #PAUSE}. So a try is permitted for certain
     * once the pause is over.
     */
    private static final Duration JUST_AFTER = Duration.ofMillis(1);

    private final Time time;
    private final CircuitBreaker breaker;
    private long closedUntilNanos;

    Breaker(Time time) {
        this.time = time;
        breaker = CircuitBreaker.of(
                "endpoint",
                CircuitBreakerConfig.custom()
                        .slidingWindowType(SlidingWindowType.COUNT_BASED)
                        .slidingWindowSize(FAILURES)
                        .minimumNumberOfCalls(FAILURES)
                        .failureRateThreshold(100)
                        .waitDurationInOpenState(PAUSE.minus(JUST_AFTER))
                        .permittedNumberOfCallsInHalfOpenState(1)
                        .clock(new Elapsed(time))
                        .build());
    }

    /** Returns how long the pause still lasts during which no try may begin; zero if there is no pause. */
    Duration pause() {
        if (breaker.getState() != CircuitBreaker.State.OPEN) return Duration.ZERO;
        return Duration.ofNanos(Math.max(0, closedUntilNanos - time.nanoTime()));
    }

    /**
     * Returns zero if a try may begin now. The caller must then begin the try, and report its outcome with {@link
     * #tried}. Otherwise returns how long the caller must wait before it calls this method again.
     */
    Duration waitBeforeTry() {
        if (breaker.tryAcquirePermission()) return Duration.ZERO;
        Duration pause = pause();
        return pause.isZero() ? JUST_AFTER : pause;
    }

    void tried(boolean answered) {
        if (answered) breaker.onSuccess(0, TimeUnit.NANOSECONDS);
        else breaker.onError(0, TimeUnit.NANOSECONDS, new IllegalStateException("no final answer"));
        closedUntilNanos = time.nanoTime() + PAUSE.toNanos();
    }

    /** Shows the monotonic time as a clock, so that a change of the machine's clock has no effect. */
    private static final class Elapsed extends Clock {
        private final Time time;

        private Elapsed(Time time) {
            this.time = time;
        }

        @Override
        public Instant instant() {
            return Instant.EPOCH.plusNanos(time.nanoTime());
        }

        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            return this;
        }
    }
}
