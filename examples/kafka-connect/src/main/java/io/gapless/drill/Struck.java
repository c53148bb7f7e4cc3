package io.gapless.drill;

import java.time.Duration;
import java.util.Optional;

/**
 * Describes what came of a strike, and judges it.
 *
 * @param blow the strike
 * @param hitOwner whether the worker that was hit ran the task
 * @param leader whether the worker that was hit was the group's leader
 * @param back the time from the strike, or from the end of a strike at the broker, to the next post that a reader has; zero if
 *     posts went on
 * @param restarted how many failed tasks had to be restarted by hand
 */
record Struck(Blow blow, boolean hitOwner, boolean leader, Duration back, int restarted) {
    private static final Duration TAKEOVER_MAX = Duration.ofSeconds(8);
    private static final Duration PLANNED_MAX = Duration.ofMillis(1_500);
    private static final Duration PLANNED_LEADER_MAX = Duration.ofSeconds(5);
    /** {@code transaction.timeout.ms} of a connector, by default. */
    private static final Duration TRANSACTION_MAX = Duration.ofMinutes(1);

    /** Returns whether the worker with the task was closed. */
    boolean isClosed() {
        return blow.strike() == Strike.CLOSE && hitOwner;
    }

    /** Returns how long it should have taken at most, if it took longer. */
    Optional<Duration> late() {
        return most().filter(limit -> back.compareTo(limit) > 0);
    }

    private Optional<Duration> most() {
        if (blow.strike() == Strike.CONNECTOR_RESTART) return Optional.of(PLANNED_MAX);
        if (isClosed()) return Optional.of(leader ? PLANNED_LEADER_MAX : PLANNED_MAX);
        return hitOwner ? Optional.of(TAKEOVER_MAX) : Optional.empty();
    }

    /** Returns whether Kafka Connect may leave the task FAILED, as docs/kafka.md has it. Somebody must then restart it. */
    boolean mayFailTask() {
        return blow.strike() == Strike.BROKER_PAUSE && blow.length().compareTo(TRANSACTION_MAX) > 0;
    }

    /** Returns the beginning of a sentence about the strike. */
    String who() {
        return switch (blow.strike()) {
            case BROKER_PAUSE, BROKER_RESTART -> "after the broker";
            case CONNECTOR_RESTART -> "after the connector";
            default -> "after a worker";
        };
    }
}
