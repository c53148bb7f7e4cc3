package io.gapless.recovery;

import io.gapless.stream.StreamEvent;
import java.time.Duration;
import java.time.Instant;

/** What happens while gaps are closed. */
public sealed interface RecoveryEvent extends StreamEvent.OfRecovery {
    /**
     * Posts may be missing.
     *
     * @param at when
     * @param gap the gap, with its cause
     */
    record GapOpened(Instant at, Gap gap) implements RecoveryEvent {}

    /**
     * A connection is up again, and it is known what has to be recovered how.
     *
     * @param at when
     * @param gap the gap
     * @param plan how it is to be closed
     */
    record GapPlanned(Instant at, Gap gap, RecoveryPlan plan) implements RecoveryEvent {}

    /**
     * A step of a plan has ended.
     *
     * @param at when
     * @param gapId which gap
     * @param run what came of it
     */
    record StepEnded(Instant at, long gapId, StepRun run) implements RecoveryEvent {}

    /**
     * The verdict has fallen.
     *
     * @param at when
     * @param gap the gap with its account
     */
    record GapClosed(Instant at, Gap gap) implements RecoveryEvent {}

    /**
     * X does not let this account use backfill and jobs; search takes their place. Tried again in a day.
     *
     * @param at when
     * @param why X's words
     */
    record RecoveryRefused(Instant at, String why) implements RecoveryEvent {}

    /**
     * X does not let this account keep a second connection; the stream goes on with one. Tried again in a day.
     *
     * @param at when
     * @param why X's words, or what was observed
     */
    record SecondConnectionRefused(Instant at, String why) implements RecoveryEvent {}

    /**
     * X's clock and this machine's differ.
     *
     * @param at when this was learned
     * @param skew how far X is ahead
     */
    record SkewLearned(Instant at, Duration skew) implements RecoveryEvent {}

    /**
     * What is done cannot be remembered; no post is dispatched until it can.
     *
     * @param at when
     * @param why for example that the disk is full
     */
    record StateUnwritable(Instant at, String why) implements RecoveryEvent {}

    /**
     * The state can be written again.
     *
     * @param at when
     */
    record StateWritable(Instant at) implements RecoveryEvent {}

    /**
     * The inbox is full and its posts wait on the disk; when that is full, too, reading stops.
     *
     * @param at when
     * @param percent how full the spill file is: 50, 80 or 100
     */
    record SpillFilled(Instant at, int percent) implements RecoveryEvent {}

    @Override
    default Severity severity() {
        if (this instanceof GapClosed closed) return severity(closed.gap);
        if (this instanceof StateUnwritable) return Severity.ERROR;
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
            return "Gap %d is open: nothing is certain since %s (%s)."
                    .formatted(e.gap.id(), Span.text(e.gap.span().from()), e.gap.cause());
        }
        if (this instanceof GapPlanned e) return "Gap %d is planned: %s.".formatted(e.gap.id(), e.plan.describe());
        if (this instanceof StepEnded e) {
            return "Gap %d, %s %s: %s, %d posts recovered, %d seen before. %s"
                    .formatted(
                            e.gapId,
                            e.run.step().method(),
                            Span.text(e.run.step().span().from()),
                            e.run.state(),
                            e.run.fresh(),
                            e.run.duplicates(),
                            e.run.note())
                    .strip();
        }
        if (this instanceof GapClosed e) {
            return "Gap %d is closed: %s%s, %d posts recovered."
                    .formatted(
                            e.gap.id(),
                            e.gap.verdict(),
                            e.gap.reason().isEmpty() ? "" : " (" + e.gap.reason() + ")",
                            e.gap.recovered());
        }
        if (this instanceof RecoveryRefused e) {
            return "X does not allow backfill and recovery jobs (" + e.why + "); gaps are closed by search.";
        }
        if (this instanceof SecondConnectionRefused e) {
            return "X does not allow a second connection (" + e.why + "); the stream goes on with one.";
        }
        if (this instanceof SkewLearned e) {
            return "X's clock is %d ms ahead of this machine's.".formatted(e.skew.toMillis());
        }
        if (this instanceof StateUnwritable e) return "The state cannot be written; dispatch waits: " + e.why;
        if (this instanceof SpillFilled e) {
            return "The spill file of the inbox is %d %% full: the handler is slower than X.".formatted(e.percent);
        }
        if (this instanceof StateWritable) return "The state can be written again.";
        throw new AssertionError("not a kind of event: " + getClass());
    }
}
