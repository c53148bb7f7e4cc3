package io.gapless.recovery.outbox;

import java.time.Duration;
import java.time.Instant;

/**
 * Decides how far a poll may reach. No clock can be trusted alone: if the database's clock is a day ahead at one poll,
 * rows that are stamped later on that day would be missed. So two clocks are compared. If they differ too much, the
 * earlier one counts. Rows that are in the future by either clock are collected once they are past by both clocks.
 * Pure.
 *
 * @param until the end of the interval
 * @param clocks what the source's clock and this machine's clock show
 * @param markIsAhead whether the mark lies after the present, because one of the two clocks was ahead when the mark was
 *     made, or is behind now
 */
record Reach(Instant until, Clocks clocks, boolean markIsAhead) {
    /** The smallest difference between two clocks that is tolerated. */
    private static final Duration AGREE_WITHIN_MIN = Duration.ofMinutes(1);

    private static final Duration AGREE_WITHIN_MAX = Duration.ofMinutes(30);
    /**
     * No valid time is earlier than this, since Gapless did not exist before. A machine that shows an earlier time has
     * started with a clock that was not set.
     */
    private static final Instant FIRST_NOW = Instant.parse("2020-01-01T00:00:00Z");

    /** Holds what this machine's clock and the source's clock show at one moment. */
    record Clocks(Instant machine, Instant source) {
        Duration ahead() {
            return Duration.between(machine, source);
        }

        /**
         * Returns the time that counts as the present. If the source's clock is ahead of this machine's clock by more
         * than the tolerance, the present is this machine's time. Otherwise it is the source's time, even if the
         * source's clock is behind, because that clock stamps the rows.
         */
        Instant present(Duration overlap) {
            return ahead().compareTo(tolerance(overlap)) > 0 ? machine : source;
        }
    }

    /**
     * Returns how far apart the two clocks may be: half of the overlap, but at least 1 min and at most 30 min. The next
     * poll reads one overlap again, and the other half of it remains for late rows.
     */
    static Duration tolerance(Duration overlap) {
        Duration half = overlap.dividedBy(2);
        if (half.compareTo(AGREE_WITHIN_MIN) < 0) return AGREE_WITHIN_MIN;
        return half.compareTo(AGREE_WITHIN_MAX) > 0 ? AGREE_WITHIN_MAX : half;
    }

    /**
     * Compares the clocks, and decides how far the poll reaches.
     *
     * @param slot up to when to collect, by this machine's clock
     * @param mark up to when the source was collected, by the source's clock
     */
    static Reach of(Clocks clocks, Instant slot, Instant mark, Duration settle, Duration overlap) {
        Duration tolerance = tolerance(overlap);
        Instant present = clocks.present(overlap);
        Instant until = slot.plus(Duration.between(clocks.machine(), present)).minus(settle);
        boolean markIsAhead = mark.isAfter(present.plus(tolerance));
        return new Reach(markIsAhead || until.isAfter(mark) ? until : mark, clocks, markIsAhead);
    }

    boolean clocksAgree(Duration overlap) {
        return clocks.ahead().abs().compareTo(tolerance(overlap)) <= 0;
    }

    /** Returns whether one of the clocks shows a time that is too early to be the present. */
    boolean isBeforeAnyNow() {
        return clocks.machine().isBefore(FIRST_NOW) || clocks.source().isBefore(FIRST_NOW);
    }
}
