package io.gapless.recovery;

import io.gapless.recovery.ledger.Gap;
import io.gapless.recovery.ledger.Gap.StepRun;
import io.gapless.recovery.ledger.RecoveryMethod;
import io.gapless.recovery.ledger.RecoveryPlan;
import io.gapless.recovery.ledger.Span;
import io.gapless.stream.event.StreamEvent;
import io.gapless.stream.seam.Durations;
import java.time.Duration;
import java.time.Instant;

/**
 * Reports what happens during recovery. The times of the events are by this machine's clock; the times within a {@link
 * Gap} are X's.
 */
public sealed interface RecoveryEvent extends StreamEvent.OfRecovery {
    /**
     * Reported when a gap is opened, because posts may be missing.
     *
     * @param at when this happened
     * @param gap the gap, with its cause
     */
    record GapOpened(Instant at, Gap gap) implements RecoveryEvent {}

    /**
     * Reported when a connection is up again and the plan to recover the gap is made.
     *
     * @param at when this happened
     * @param gap the gap
     * @param plan the steps that are to close it
     */
    record GapPlanned(Instant at, Gap gap, RecoveryPlan plan) implements RecoveryEvent {}

    /**
     * Reported when a step of a plan has ended.
     *
     * @param at when this happened
     * @param gapId the number of the gap
     * @param run the step and its result
     */
    record StepEnded(Instant at, long gapId, StepRun run) implements RecoveryEvent {}

    /**
     * Reported when a gap has its verdict.
     *
     * @param at when this happened
     * @param gap the gap with its steps, verdict, lost and doubtful spans
     */
    record GapClosed(Instant at, Gap gap) implements RecoveryEvent {}

    /**
     * Reported when X does not allow this account backfill and recovery jobs. Search is used instead. X is asked again
     * in a day.
     *
     * @param at when this happened
     * @param why X's reason
     */
    record RecoveryRefused(Instant at, String why) implements RecoveryEvent {}

    /**
     * Reported when a recovery method is parked, because an answer or a failure that is not final has stopped it. The
     * next method is tried at once. Gaps that need this method stay open until the method is retried.
     *
     * @param at when this happened
     * @param method the recovery method
     * @param why the answer, in words
     * @param nextTryAt when the method is retried at the latest
     */
    record MethodParked(Instant at, RecoveryMethod method, String why, Instant nextTryAt) implements RecoveryEvent {}

    /**
     * Reported when X does not allow this account a second connection. The stream continues with one. X is asked again
     * in a day.
     *
     * @param at when this happened
     * @param why X's reason, or the observation from which the refusal is concluded
     */
    record SecondConnectionRefused(Instant at, String why) implements RecoveryEvent {}

    /**
     * Reported when X's clock and this machine's are found to differ.
     *
     * @param at when this happened
     * @param skew how far X's clock is ahead; negative if it is behind
     */
    record SkewLearned(Instant at, Duration skew) implements RecoveryEvent {}

    /**
     * Reported when the stream stands by, because another process holds its shared state.
     *
     * @param at when this happened
     * @param stream the name of the stream
     */
    record StandingBy(Instant at, String stream) implements RecoveryEvent {}

    /**
     * Reported when the database of the shared state cannot be reached by a process that does not hold the stream. It
     * receives nothing meanwhile, and goes on asking the database.
     *
     * @param at when this happened
     * @param stream the name of the stream
     * @param why what the database or its driver said
     */
    record SharedStateUnreachable(Instant at, String stream, String why) implements RecoveryEvent {}

    /**
     * Reported when a process that stands by could not ask X for its rules. It would meet the same if it took over now.
     *
     * @param at when this happened
     * @param stream the name of the stream
     * @param why what X answered, or why no answer came
     */
    record StandbyUnready(Instant at, String stream, String why) implements RecoveryEvent {}

    /**
     * Reported when this process has taken over the stream from another process, or is the first one.
     *
     * @param at when this happened
     * @param stream the name of the stream
     * @param term the number of this owner, which is greater than that of each earlier one
     */
    record TookOver(Instant at, String stream, long term) implements RecoveryEvent {}

    /**
     * Reported when all of X's slots were taken, and X was asked to end the last connection of this stream, whose process
     * is gone: see {@link GaplessStream.Builder#endStuckConnection}.
     *
     * @param at when this happened
     * @param connection X's id of the connection
     * @param answer whether X has ended it, and what X said otherwise
     */
    record StuckConnectionEnded(Instant at, String connection, String answer) implements RecoveryEvent {}

    /**
     * Reported when the state cannot be written. No post is handed over until the state can be written again.
     *
     * @param at when this happened
     * @param why for example that the disk is full
     */
    record StateUnwritable(Instant at, String why) implements RecoveryEvent {}

    /**
     * Reported when the state can be written again.
     *
     * @param at when this happened
     */
    record StateWritable(Instant at) implements RecoveryEvent {}

    /**
     * Reported when the state cannot be read. Work that needs the stored state waits: old spans are not recovered, and
     * requests by hand are not served.
     *
     * @param at when this happened
     * @param why for example that the disk does not answer
     */
    record StateUnreadable(Instant at, String why) implements RecoveryEvent {}

    /**
     * Reported when the state can be read again.
     *
     * @param at when this happened
     */
    record StateReadable(Instant at) implements RecoveryEvent {}

    /**
     * Reported when a stream is closed and its last commit has not succeeded in time.
     *
     * @param at when this happened
     * @param posts how many posts that were handled may be handed over again after the next start
     * @param why for example that the disk is full
     */
    record LastCommitMissed(Instant at, long posts, String why) implements RecoveryEvent {}

    /**
     * Reported when the spill file fills up: the inbox is full, and posts wait on the disk. When the spill file is
     * full, too, reading stops.
     *
     * @param at when this happened
     * @param percent how full the spill file is: 50, 80 or 100
     */
    record SpillFilled(Instant at, int percent) implements RecoveryEvent {}

    @Override
    default Severity severity() {
        if (this instanceof GapClosed closed) return severity(closed.gap);
        boolean state = this instanceof StateUnwritable || this instanceof StateUnreadable;
        if (state || this instanceof LastCommitMissed || this instanceof MethodParked) return Severity.ERROR;
        return this instanceof SpillFilled ? Severity.WARNING : Severity.INFO;
    }

    /** Returns the severity of a closed gap. Doubts that are usual results of recovery cause no warning. */
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
            return "X does not allow this account backfill and recovery jobs (" + e.why
                    + "). Search is used instead, and X bills each post. X is asked again in a day.";
        }
        if (this instanceof MethodParked e) {
            return "Recovery by %s is parked: %s. Gaps that need it stay open. The next try is at %s at the latest."
                    .formatted(e.method.words(), e.why, Span.text(e.nextTryAt));
        }
        if (this instanceof SecondConnectionRefused e) {
            return "X does not allow this account a second connection (" + e.why
                    + "). The stream continues with one. X is asked again in a day.";
        }
        if (this instanceof SkewLearned e) {
            return "X's clock is %s %s this machine's. The difference is taken into account."
                    .formatted(Durations.text(e.skew), e.skew.isNegative() ? "behind" : "ahead of");
        }
        if (this instanceof StateUnwritable e) {
            return "The state cannot be written, so no post is handed over until it can: " + e.why;
        }
        if (this instanceof StateUnreadable e) {
            return "The state cannot be read, so what needs it waits until it can. Live posts are handed over. "
                    + e.why;
        }
        if (this instanceof StateReadable) return "The state can be read again.";
        if (this instanceof LastCommitMissed e) {
            return ("The stream is closed, but its last commit has not succeeded (%s). Check the disk of the state"
                            + " directory. %d handled posts may be handed over again after the next start.")
                    .formatted(e.why, e.posts);
        }
        if (this instanceof SpillFilled e) {
            return "The spill file is %d %% full: the handler is slower than X.%s"
                    .formatted(e.percent, e.percent >= 100 ? " Reading stops until there is room." : "");
        }
        if (this instanceof StandingBy e)
            return "The stream " + e.stream + " stands by: another process holds it. This one takes over when that one"
                    + " gives the stream back, or does not reach the database for longer than the lease.";
        if (this instanceof SharedStateUnreachable e)
            return "The database of the stream " + e.stream
                    + " cannot be reached, so this process does not hold the stream"
                    + " and receives nothing. It goes on asking the database. " + e.why;
        if (this instanceof StandbyUnready e)
            return "The stream " + e.stream + " stands by, but could not ask X for its rules: " + e.why
                    + ". Check the token and the network, before this process takes over and meets the same.";
        if (this instanceof TookOver e)
            return "This process holds the stream " + e.stream + " now, in term " + e.term + ".";
        if (this instanceof StuckConnectionEnded e)
            return "All slots were taken, so X was asked to end connection " + e.connection
                    + ", the last one of this stream: " + e.answer + ".";
        if (this instanceof StateWritable) return "The state can be written again.";
        throw new AssertionError("not a kind of event: " + getClass());
    }
}
