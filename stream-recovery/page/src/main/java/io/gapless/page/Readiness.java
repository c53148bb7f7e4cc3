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
 * @param ready whether posts arrive, or another process has them, and are sent on in time
 * @param word the condition in one word
 */
record Readiness(boolean alive, boolean ready, String word) {
    private static final String LATE = "late";

    static Readiness of(Optional<Health> stream, Optional<SenderStatus> sender, Instant now) {
        if (stream.isEmpty())
            return sender.map(status -> of(status, now)).orElse(new Readiness(true, false, "starting"));
        Readiness receiving = of(stream.get());
        boolean late = sender.filter(status -> status.isLate(now)).isPresent();
        return receiving.ready() && late ? new Readiness(true, false, LATE) : receiving;
    }

    private static Readiness of(SenderStatus status, Instant now) {
        boolean fails = status.failure().isPresent() || status.sourceFailure().isPresent();
        boolean late = status.isLate(now);
        return new Readiness(true, !late, late ? LATE : fails ? "degraded" : "healthy");
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
