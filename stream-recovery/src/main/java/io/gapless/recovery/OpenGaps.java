package io.gapless.recovery;

import io.gapless.recovery.ledger.DoubtfulSpan.Doubt;
import io.gapless.recovery.ledger.Gap;
import io.gapless.recovery.ledger.Gap.StepRun;
import io.gapless.recovery.ledger.RecoveryMethod;
import io.gapless.recovery.ledger.RecoveryPlan.Step;
import io.gapless.recovery.ledger.Span;
import io.gapless.recovery.state.Change;
import io.gapless.stream.spi.Recovery;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Holds the gaps that have no verdict yet. Owns the list of these gaps, and numbers new gaps. Every change of a gap is
 * queued for the next commit. The start and the verdict of a gap, and the end of a step, are also reported as events.
 * Runs on the stream's thread.
 */
final class OpenGaps {
    private final Recovery.Host host;
    private final StateWriter writer;
    private final TreeMap<Long, Gap> open = new TreeMap<>();
    /**
     * Marks what is doubtful in a new gap. Not applied to a gap that is opened because of missing or replaced rules.
     */
    private final UnaryOperator<Gap> judged;

    private long lastId;
    private long changes;
    /** The earliest start of the steps that have ended since the last call of {@link #takeEnded}. */
    private Instant ended = Instant.MAX;

    private Recovery.Gaps account = Recovery.Account.NONE.gaps();

    OpenGaps(Recovery.Host host, StateWriter writer, long lastId, UnaryOperator<Gap> judged) {
        this.host = host;
        this.writer = writer;
        this.lastId = lastId;
        this.judged = judged;
    }

    /** Returns a new gap with the next number. The gap is not in the list yet. */
    Gap number(Span span, Instant lastSignal, String cause, Instant now, boolean slowReader) {
        return Gap.of(++lastId, span, cause, lastSignal, now)
                .slowReader(slowReader)
                .build();
    }

    /**
     * Opens a gap. If an older gap began earlier, overlaps with the new gap and does not reach further, the common part
     * moves to the new gap, together with the mark that X may have dropped posts. An older gap that was opened because
     * of missing or replaced rules keeps its part, because only search recovers that gap. If the new gap has such a
     * cause, too, the part moves.
     */
    void open(Gap gap) {
        Gap opened = RulesHeld.areReasonOf(gap) ? gap : judged.apply(gap);
        for (Gap older : all()) {
            Instant from = gap.span().from();
            boolean reachesAsFar = !older.span().until().isAfter(gap.span().until());
            if (reachesAsFar
                    && older.span().contains(from)
                    && older.span().from().isBefore(from)
                    && (!RulesHeld.areReasonOf(older) || RulesHeld.areReasonOf(gap))) {
                keep(GapChanges.spanning(older, new Span(older.span().from(), from)));
                if (older.slowReader()) opened = GapChanges.ofSlowReader(opened);
            }
        }
        keep(opened);
        host.event(new RecoveryEvent.GapOpened(host.time().instant(), opened));
    }

    /** Replaces a gap in the list by its new state, and queues that state for the next commit. */
    void keep(Gap gap) {
        open.put(gap.id(), gap);
        changes++;
        writer.remember(new Change.GapKept(gap));
        account = account(0, 0, List.of());
    }

    /** Adds a gap that an earlier process left open. The store already holds this gap. */
    void resume(Gap gap) {
        open.put(gap.id(), gap);
        changes++;
        account = account(0, 0, List.of());
    }

    /** Stores the counts of a running step, so that a crash does not lose them. */
    void progressed(long gapId, Step step, long fresh, long duplicates) {
        Gap gap = get(gapId);
        if (gap == null) return;
        Gap next = GapChanges.progressed(gap, step, fresh, duplicates);
        if (next != gap) keep(next);
    }

    /** Stores the result of a step that has ended. */
    void keep(Gap gap, StepRun run) {
        ended = Span.earlier(ended, run.step().span().from());
        keep(GapChanges.with(gap, run));
        host.event(new RecoveryEvent.StepEnded(host.time().instant(), gap.id(), run));
    }

    /** Returns the earliest start of the steps that have ended since the last call; {@code MAX} if there were none. */
    Instant takeEnded() {
        Instant taken = ended;
        ended = Instant.MAX;
        return taken;
    }

    /** Stores that a step was refused for now. */
    void refused(Gap gap, StepRun run) {
        keep(GapChanges.refused(gap, run));
        host.event(new RecoveryEvent.StepEnded(host.time().instant(), gap.id(), run));
    }

    /**
     * Marks all open gaps as doubtful, because the rules on X have changed. Gaps that were opened because of missing or
     * replaced rules are left out, since they are searched by the current rules.
     */
    void rulesChanged(String why) {
        for (Gap gap : all()) {
            if (!RulesHeld.areReasonOf(gap)) keep(GapChanges.withDoubt(gap, gap.span(), Doubt.RULES_CHANGED, why));
        }
    }

    /** Closes a gap that has its verdict. */
    void close(Gap judged) {
        open.remove(judged.id());
        changes++;
        account = account(judged.lost().size(), judged.doubtful().size(), judged.steps());
        writer.remember(new Change.GapKept(judged));
        host.event(new RecoveryEvent.GapClosed(host.time().instant(), judged));
    }

    @Nullable
    Gap get(long id) {
        return open.get(id);
    }

    private Recovery.Gaps account(int lost, int doubtful, List<StepRun> runs) {
        return new Recovery.Gaps(
                open.size(),
                account.lostSpans() + lost,
                account.doubtfulSpans() + doubtful,
                account.byBackfill() + recovered(runs, RecoveryMethod.BACKFILL),
                account.byJobs() + recovered(runs, RecoveryMethod.RECOVERY_JOB),
                account.bySearch()
                        + recovered(runs, RecoveryMethod.SEARCH)
                        + recovered(runs, RecoveryMethod.ARCHIVE_SEARCH));
    }

    private static long recovered(List<StepRun> runs, RecoveryMethod method) {
        return runs.stream()
                .filter(run -> run.step().method() == method)
                .mapToLong(StepRun::fresh)
                .sum();
    }

    /** Counts the open gaps, and the lost spans, doubtful spans and recovered posts since the start. */
    Recovery.Gaps account() {
        return account;
    }

    boolean isEmpty() {
        return open.isEmpty();
    }

    /** Returns whether any gap has a running step. */
    boolean areBeingFetched() {
        return open.values().stream().anyMatch(gap -> gap.running().findAny().isPresent());
    }

    /** Returns how often the list, or a gap in it, has changed. */
    long changes() {
        return changes;
    }

    /** Returns a copy of the list of open gaps, oldest first. */
    List<Gap> all() {
        return List.copyOf(open.values());
    }

    /** Returns the gap of the current outage; empty if there is no outage. */
    Optional<Gap> lasting() {
        return all().stream().filter(gap -> gap.reconnectedAt().isEmpty()).findFirst();
    }

    /**
     * Returns the gaps that a backfill can recover. A backfill returns neither posts that X dropped for a slow reader
     * nor posts of rules that were missing on X. So gaps with such a cause are left out.
     */
    Stream<Gap> backfillable() {
        return all().stream().filter(gap -> !gap.slowReader()).filter(gap -> !RulesHeld.areReasonOf(gap));
    }
}
