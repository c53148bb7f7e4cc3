package io.gapless.recovery;

import io.gapless.stream.Durations;
import io.gapless.stream.StreamEvent;
import java.time.Duration;
import java.time.Instant;

/** Reports what happens while gaps are recovered. */
public sealed interface RecoveryEvent extends StreamEvent.OfRecovery {
    /**
     * Reported when posts may be missing.
     *
     * @param at when
     * @param gap the gap, with its cause
     */
    record GapOpened(Instant at, Gap gap) implements RecoveryEvent {}

    /**
     * Reported when a connection is up again and the plan to recover the gap is made.
     *
     * @param at when
     * @param gap the gap
     * @param plan how it is to be closed
     */
    record GapPlanned(Instant at, Gap gap, RecoveryPlan plan) implements RecoveryEvent {}

    /**
     * Reported when a step of a plan has ended.
     *
     * @param at when
     * @param gapId which gap
     * @param run what came of it
     */
    record StepEnded(Instant at, long gapId, StepRun run) implements RecoveryEvent {}

    /**
     * Reported when a gap has its verdict.
     *
     * @param at when
     * @param gap the gap with its account
     */
    record GapClosed(Instant at, Gap gap) implements RecoveryEvent {}

    /**
     * Reported when X does not let this account use backfill and recovery jobs. Search takes their place; X is asked again
     * in a day.
     *
     * @param at when
     * @param why X's words
     */
    record RecoveryRefused(Instant at, String why) implements RecoveryEvent {}

    /**
     * Reported when a recovery method was answered in a way that is not X's last word. The next method is tried at once.
     * Gaps that need this method stay open until it is retried.
     *
     * @param at when
     * @param method which
     * @param why what answered
     * @param nextTryAt when it is asked again, at the latest
     */
    record MethodParked(Instant at, RecoveryMethod method, String why, Instant nextTryAt) implements RecoveryEvent {}

    /**
     * Reported when X does not let this account keep a second connection. The stream goes on with one; X is asked again in
     * a day.
     *
     * @param at when
     * @param why X's words, or what was observed
     */
    record SecondConnectionRefused(Instant at, String why) implements RecoveryEvent {}

    /**
     * Reported when X's clock and this machine's are found to differ.
     *
     * @param at when this was learned
     * @param skew how far X is ahead
     */
    record SkewLearned(Instant at, Duration skew) implements RecoveryEvent {}

    /**
     * Reported when the state cannot be written. No post is handed over until it can.
     *
     * @param at when
     * @param why for example that the disk is full
     */
    record StateUnwritable(Instant at, String why) implements RecoveryEvent {}

    /**
     * Reported when the state can be written again.
     *
     * @param at when
     */
    record StateWritable(Instant at) implements RecoveryEvent {}

    /**
     * Reported when the spill file fills up: the inbox is full, and posts wait on the disk. When that is full, too, reading
     * stops.
     *
     * @param at when
     * @param percent how full the spill file is: 50, 80 or 100
     */
    record SpillFilled(Instant at, int percent) implements RecoveryEvent {}

    @Override
    default Severity severity() {
        if (this instanceof GapClosed closed) return severity(closed.gap);
        if (this instanceof StateUnwritable || this instanceof MethodParked) return Severity.ERROR;
        return this instanceof SpillFilled ? Severity.WARNING : Severity.INFO;
    }

    /** What search usually does not return, and a quiet rule, wake nobody up. */
    private static Severity severity(Gap gap) {
        if (!gap.lost().isEmpty()) return Severity.ERROR;
        boolean usual = gap.doubtful().stream().allMatch(part -> part.doubt().isUsual());
        return usual ? Severity.INFO : Severity.WARNING;
    }

    @Override
    default String describe() {
        if (this instanceof GapOpened e) {
            return "Gap %d is open: posts may be missing since %s (%s)."
                    .formatted(e.gap.id(), Span.text(e.gap.span().from()), e.gap.cause());
        }
        if (this instanceof GapPlanned e) return GapText.planned(e.gap, e.plan);
        if (this instanceof StepEnded e) return GapText.ended(e.gapId, e.run);
        if (this instanceof GapClosed e) return GapText.closed(e.gap);
        if (this instanceof RecoveryRefused e) {
            return "X does not allow backfill and recovery jobs (" + e.why
                    + "). Search recovers instead, at a price per post;" + " X is asked again in a day.";
        }
        if (this instanceof MethodParked e) {
            return "Recovery by %s is parked (%s). Gaps stay open; it is retried at %s."
                    .formatted(GapText.method(e.method), e.why, Span.text(e.nextTryAt));
        }
        if (this instanceof SecondConnectionRefused e) {
            return "X does not allow a second connection (" + e.why
                    + "). The stream goes on with one; X is asked again in a" + " day.";
        }
        if (this instanceof SkewLearned e) {
            return "X's clock is %s %s this machine's. The difference is taken into account."
                    .formatted(Durations.text(e.skew), e.skew.isNegative() ? "behind" : "ahead of");
        }
        if (this instanceof StateUnwritable e) {
            return "The state cannot be written, so no post is handed over until it can: " + e.why;
        }
        if (this instanceof SpillFilled e) {
            return "The spill file is %d %% full: the handler is slower than X.%s"
                    .formatted(e.percent, e.percent >= 100 ? " Reading stops until there is room." : "");
        }
        if (this instanceof StateWritable) return "The state can be written again.";
        throw new AssertionError("not a kind of event: " + getClass());
    }
}
