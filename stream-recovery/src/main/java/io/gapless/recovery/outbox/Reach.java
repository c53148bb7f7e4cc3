package io.gapless.recovery.outbox;

import java.time.Duration;
import java.time.Instant;

/**
 * Decides how far a poll may reach. No clock can be trusted alone: if the database's clock is a day ahead at one poll,
 * rows that are stamped later on that day would be missed. So two clocks are compared. If they differ too much, the
 * earlier one counts. What is in the future by either clock is collected when both agree that it is past. Pure.
 *
 * @param until the end of the interval
 * @param clocks the times of the source's clock and this machine's
 * @param markIsAhead whether the mark lies after the present: a clock was ahead when the mark was made
 */
record Reach(Instant until, Clocks clocks, boolean markIsAhead) {
    /** The smallest tolerance between two clocks. */
    private static final Duration AGREE_WITHIN_MIN = Duration.ofMinutes(1);

    private static final Duration AGREE_WITHIN_MAX = Duration.ofMinutes(30);
    /**
     * No valid time is earlier than this, since Gapless did not exist. An earlier one means that a machine started
     * without its clock.
     */
    private static final Instant FIRST_NOW = Instant.parse("2020-01-01T00:00:00Z");

    /** Holds what two clocks show at one moment. */
    record Clocks(Instant machine, Instant source) {
        Duration ahead() {
            return Duration.between(machine, source);
        }

        /**
         * Returns what counts as the present. It is this machine's time if the source's clock is ahead by more than the
         * tolerance. Otherwise it is the source's time, even if that clock is behind, because it stamps the rows.
         */
        Instant present(Duration overlap) {
            return ahead().compareTo(tolerance(overlap)) > 0 ? machine : source;
        }
    }

    /**
     * Returns how far apart clocks may be: half of what the next poll reads again. The other half remains for late
     * rows. At least 1 and at most 30 min.
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
     * @param mark up to when the source was collected, by its own clock
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

    /** Returns whether one of the clocks shows a time that cannot be the present. */
    boolean isBeforeAnyNow() {
        return clocks.machine().isBefore(FIRST_NOW) || clocks.source().isBefore(FIRST_NOW);
    }
}
