package io.gapless.page;

import io.gapless.recovery.outbox.SenderStatus;
import io.gapless.stream.Health;
import java.time.Instant;
import java.util.Locale;
import java.util.Optional;

/**
 * Decides what {@code /health} and {@code /ready} answer. A process that has failed is not alive, and a restart helps. A
 * process that waits for X is alive, and a restart would only cost money. Pure functions.
 *
 * @param alive whether the process does its work, or can do it again without a restart
 * @param ready whether posts arrive, or another process has them
 * @param word the condition in one word
 */
record Readiness(boolean alive, boolean ready, String word) {
    static Readiness of(Optional<Health> stream, Optional<SenderStatus> sender, Instant now) {
        if (stream.isPresent()) return of(stream.get());
        if (sender.isEmpty()) return new Readiness(true, false, "starting");
        SenderStatus status = sender.get();
        boolean fails = status.failure().isPresent() || status.sourceFailure().isPresent();
        boolean late = status.isLate(now);
        return new Readiness(true, !late, late ? "late" : fails ? "degraded" : "healthy");
    }

    private static Readiness of(Health health) {
        Health.Condition condition = health.condition();
        boolean ended = health.state() == Health.State.FAILED || health.state() == Health.State.CLOSED;
        boolean ready = condition == Health.Condition.HEALTHY
                || condition == Health.Condition.DEGRADED
                || condition == Health.Condition.STANDING_BY;
        return new Readiness(!ended, ready, condition.name().toLowerCase(Locale.ROOT));
    }
}
