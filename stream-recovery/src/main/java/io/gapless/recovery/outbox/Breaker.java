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
 * Keeps a dead endpoint from being hammered: after six failures in a row it gets no request for a minute, and then one
 * a minute. Owner: the sender's worker.
 */
final class Breaker {
    private static final int FAILURES = 6;
    private static final Duration PAUSE = Duration.ofMinutes(1);
    /** The breaker opens again just after its pause. */
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

    /** How long no try may be made. */
    Duration pause() {
        if (breaker.getState() != CircuitBreaker.State.OPEN) return Duration.ZERO;
        return Duration.ofNanos(Math.max(0, closedUntilNanos - time.nanoTime()));
    }

    /** Zero if a try may be made now, which must then be told of; otherwise when to ask again. */
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

    /** A clock that nobody can set. */
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
