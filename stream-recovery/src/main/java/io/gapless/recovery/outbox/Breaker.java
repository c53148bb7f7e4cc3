package io.gapless.recovery.outbox;

import io.gapless.stream.seam.Time;
import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig.SlidingWindowType;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.concurrent.TimeUnit;

/**
 * Keeps a dead endpoint from being hammered: after six failures in a row it gets no request for a minute, and then one
 * a minute. Owner: the sender's worker.
 */
final class Breaker {
    private static final int FAILURES = 6;
    private static final Duration PAUSE = Duration.ofMinutes(1);
    /** The breaker opens again just after the pause, and its clock may be set. */
    private static final Duration LOOK_AGAIN = Duration.ofSeconds(1);

    private final CircuitBreaker breaker;

    Breaker(Time time) {
        breaker = CircuitBreaker.of(
                "endpoint",
                CircuitBreakerConfig.custom()
                        .slidingWindowType(SlidingWindowType.COUNT_BASED)
                        .slidingWindowSize(FAILURES)
                        .minimumNumberOfCalls(FAILURES)
                        .failureRateThreshold(100)
                        .waitDurationInOpenState(PAUSE)
                        .permittedNumberOfCallsInHalfOpenState(1)
                        .clock(time.withZone(ZoneOffset.UTC))
                        .build());
    }

    /** Zero if a try may be made now, which must then be told of; otherwise when to ask again. */
    Duration waitBeforeTry() {
        return breaker.tryAcquirePermission() ? Duration.ZERO : LOOK_AGAIN;
    }

    void tried(boolean answered) {
        if (answered) breaker.onSuccess(0, TimeUnit.NANOSECONDS);
        else breaker.onError(0, TimeUnit.NANOSECONDS, new IllegalStateException("no final answer"));
    }
}
