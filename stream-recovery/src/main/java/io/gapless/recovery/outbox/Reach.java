package io.gapless.recovery.outbox;

import java.time.Duration;
import java.time.Instant;

/**
 * How far a poll may reach. Nobody vouches for a clock: the database's may be a day ahead at one poll, and what was
 * collected until then would be missing afterwards. So the clocks at hand are compared, and where they differ out of
 * proportion the earlier one counts: what is later by either is collected when both agree that it is past. Pure.
 *
 * @param until the end of the interval
 * @param clocks how the source's clock and this machine's agree
 * @param markIsAhead whether the mark lies after both clocks: one of them was ahead when it was made
 */
record Reach(Instant until, Clocks clocks, boolean markIsAhead) {
    /** Of any two clocks. */
    private static final Duration AGREE_WITHIN_MIN = Duration.ofMinutes(1);

    private static final Duration AGREE_WITHIN_MAX = Duration.ofMinutes(30);
    /** Before that there was no Gapless, by years: a machine has started without its clock. */
    private static final Instant FIRST_NOW = Instant.parse("2020-01-01T00:00:00Z");

    /** What two clocks say of one moment. */
    record Clocks(Instant machine, Instant source) {
        Duration ahead() {
            return Duration.between(machine, source);
        }

        /** What counts as now: of a source that is ahead nothing does; one that is behind stamps the rows. */
        Instant present(Duration overlap) {
            return ahead().compareTo(tolerance(overlap)) > 0 ? machine : source;
        }
    }

    /** How far apart clocks may be: half of what is read again at the next poll, which leaves the rest for late rows. */
    static Duration tolerance(Duration overlap) {
        Duration half = overlap.dividedBy(2);
        if (half.compareTo(AGREE_WITHIN_MIN) < 0) return AGREE_WITHIN_MIN;
        return half.compareTo(AGREE_WITHIN_MAX) > 0 ? AGREE_WITHIN_MAX : half;
    }

    /**
     * Compares the clocks.
     *
     * @param slot up to when by this machine's clock
     * @param mark up to when the source was collected, by its clock
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

    /** Whether a clock is at a time that cannot be now. */
    boolean isBeforeAnyNow() {
        return clocks.machine().isBefore(FIRST_NOW) || clocks.source().isBefore(FIRST_NOW);
    }
}
