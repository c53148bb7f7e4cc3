package io.gapless.recovery;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A gap: a span in which posts may be missing, with everything that was done to recover it. An entry of the ledger. All
 * times are X's. Immutable.
 *
 * @param id the number of the gap in its state directory, from 1
 * @param span the span in which posts may be missing: the outage with the overlap on both sides
 * @param cause how the last connection ended, in words
 * @param lastSignalAt when the last signal before the outage arrived
 * @param detectedAt when the outage was noticed
 * @param reconnectedAt when the first signal after the outage arrived; empty while it lasts
 * @param slowReader whether X may have ended a connection because it was read too slowly, in this gap or in an older
 *     one that this one took a part from: what X has dropped, no backfill brings
 * @param steps the steps that close it, oldest first, including those that are planned
 * @param lost the spans that are certainly lost, oldest first
 * @param doubtful the spans in which posts may be missing, oldest first
 * @param verdict what became of it
 * @param closedAt when it got its verdict; empty while it is open
 */
public record Gap(
        long id,
        Span span,
        String cause,
        Instant lastSignalAt,
        Instant detectedAt,
        Optional<Instant> reconnectedAt,
        boolean slowReader,
        List<StepRun> steps,
        List<LostSpan> lost,
        List<DoubtfulSpan> doubtful,
        Verdict verdict,
        Optional<Instant> closedAt) {
    /**
     * Creates a gap with copies of the lists, in which adjoining spans of the same reason are joined.
     *
     * @param id the number
     * @param span the span in which posts may be missing
     *
     * @param cause how the last connection ended
     *
     * @param lastSignalAt the last signal
     * @param detectedAt when it was noticed
     * @param reconnectedAt the first signal after it
     * @param slowReader whether it may have been read too slowly
     *
     * @param steps the steps
     *
     * @param lost the lost spans
     *
     * @param doubtful the doubtful spans
     * @param verdict what became of it
     * @param closedAt when it got its verdict
     */
    public Gap {
        steps = List.copyOf(steps);
        lost = LostSpan.joined(lost);
        doubtful = DoubtfulSpan.joined(doubtful);
    }

    /**
     * Returns why the gap is not complete: the reasons of its lost and doubtful spans, each once.
     *
     * @return the reasons in one line for people; empty if nothing is lost or doubtful
     */
    public String reason() {
        return Stream.concat(
                        lost.stream().map(LostSpan::reason), doubtful.stream().map(DoubtfulSpan::reason))
                .distinct()
                .collect(Collectors.joining("; "));
    }

    /**
     * Returns the number of recovered posts.
     *
     * @return posts that had not been received before, of all steps
     */
    public long recovered() {
        return steps.stream().mapToLong(StepRun::fresh).sum();
    }

    /**
     * Returns how many of the posts that its steps fetched had already been received.
     *
     * @return dropped duplicates, of all steps
     */
    public long duplicates() {
        return steps.stream().mapToLong(StepRun::duplicates).sum();
    }

    /** The steps that are under way. */
    Stream<StepRun> running() {
        return steps.stream().filter(run -> run.state() == StepRun.State.RUNNING);
    }

    /** What no step has brought or is bringing, and what is not given up; steps for it are at most planned. */
    List<Span> uncovered() {
        return span.minus(covered());
    }

    /** What a step has brought or is bringing, and what is given up. */
    List<Span> covered() {
        List<Span> covered = new ArrayList<>();
        for (StepRun run : steps) {
            boolean planned = run.state() == StepRun.State.WAITING;
            if (!planned && !run.isVain()) covered.add(run.step().span());
        }
        for (LostSpan part : lost) covered.add(part.span());
        return covered;
    }

    boolean hasFailed(RecoveryMethod method) {
        return steps.stream().anyMatch(run -> run.step().method() == method && run.state() == StepRun.State.FAILED);
    }

    boolean isOpen() {
        return verdict == Verdict.OPEN;
    }

    Gap reconnected(Instant at, Span whole) {
        return copy(whole, Optional.of(at), slowReader, steps, lost, doubtful, verdict, closedAt);
    }

    /** With something in it that X has dropped, so that no backfill brings it. */
    Gap ofSlowReader() {
        return copy(span, reconnectedAt, true, steps, lost, doubtful, verdict, closedAt);
    }

    Gap spanning(Span whole) {
        return copy(whole, reconnectedAt, slowReader, steps, lost, doubtful, verdict, closedAt);
    }

    /** With a step that is new, or that replaces what is known of the same step, and what was planned for its span. */
    Gap with(StepRun run) {
        List<StepRun> next = new ArrayList<>(List.of(run));
        for (StepRun known : steps) {
            if (known.state() == StepRun.State.WAITING)
                next.addAll(known.outside(run.step().span()));
            else if (known.state() == StepRun.State.CUT || !known.step().equals(run.step())) next.add(known);
        }
        return withSteps(next);
    }

    /** With a step that was refused, in place of the one by the same method that was refused before. */
    Gap refused(StepRun run) {
        List<StepRun> next = new ArrayList<>(steps);
        next.removeIf(known -> known.state() == StepRun.State.REFUSED
                && known.step().method() == run.step().method());
        return withSteps(next).with(run);
    }

    /** With other steps that are planned and not begun. */
    Gap planned(List<Step> plan) {
        List<StepRun> next = new ArrayList<>(steps);
        next.removeIf(run -> run.state() == StepRun.State.WAITING);
        for (Step step : plan) next.add(StepRun.of(step));
        return withSteps(next);
    }

    /** Whether that is what is planned, but for the seconds by which X's windows have moved since. */
    boolean isPlanned(List<Step> plan) {
        List<RecoveryMethod> methods = steps.stream()
                .filter(run -> run.state() == StepRun.State.WAITING)
                .map(run -> run.step().method())
                .toList();
        return methods.equals(plan.stream().map(Step::method).toList());
    }

    private Gap withSteps(List<StepRun> runs) {
        List<StepRun> sorted = runs.stream()
                .sorted(Comparator.comparing(run -> run.step().span().from()))
                .toList();
        return copy(span, reconnectedAt, slowReader, sorted, lost, doubtful, verdict, closedAt);
    }

    /** With a step that has begun. */
    Gap running(Step step) {
        return with(StepRun.of(step).with(StepRun.State.RUNNING, ""));
    }

    /** With what a step brought that ended too early; all such steps of a method are one. */
    Gap cut(Step step, long fresh, long duplicates) {
        if (fresh + duplicates == 0) return this;
        StepRun cut = StepRun.of(step)
                .withPass(fresh, duplicates)
                .with(StepRun.State.CUT, "not all posts had arrived; the rest is fetched again");
        List<StepRun> next = new ArrayList<>();
        for (StepRun known : steps) {
            boolean alike = known.state() == StepRun.State.CUT && known.step().method() == step.method();
            if (alike) cut = known.and(cut);
            else next.add(known);
        }
        next.add(cut);
        return withSteps(next);
    }

    /** Without the steps that were under way: their posts are asked for again. */
    Gap withoutRunning(Predicate<Step> which) {
        List<StepRun> next = steps.stream()
                .filter(run -> run.state() != StepRun.State.RUNNING || !which.test(run.step()))
                .toList();
        return copy(span, reconnectedAt, slowReader, next, lost, doubtful, verdict, closedAt);
    }

    /** As the process left it that has ended: what a step under way had brought counts, and the rest is asked for again. */
    Gap interrupted() {
        Gap next = withoutRunning(step -> true);
        for (StepRun run : steps) {
            if (run.state() == StepRun.State.RUNNING) next = next.cut(run.step(), run.fresh(), run.duplicates());
        }
        return next;
    }

    /** With what a step under way has brought so far; the same gap if that is known, or the step is not under way. */
    Gap progressed(Step step, long fresh, long duplicates) {
        for (StepRun run : steps) {
            boolean news = run.fresh() != fresh || run.duplicates() != duplicates;
            if (run.state() == StepRun.State.RUNNING && run.step().equals(step) && news)
                return with(run.bringing(fresh, duplicates));
        }
        return this;
    }

    /** With a span that is certainly lost, as far as it lies within the gap. */
    Gap withLost(Span which, String why) {
        Optional<Span> part = which.common(span);
        if (part.isEmpty()) return this;
        List<LostSpan> next = new ArrayList<>(lost);
        next.add(new LostSpan(part.get(), why));
        return copy(span, reconnectedAt, slowReader, steps, next, doubtful, verdict, closedAt);
    }

    /** With a span of which posts may be missing, as far as it lies within the gap. */
    Gap withDoubt(Span which, Doubt doubt, String why) {
        Optional<Span> part = which.common(span);
        if (part.isEmpty()) return this;
        List<DoubtfulSpan> next = new ArrayList<>(doubtful);
        next.add(new DoubtfulSpan(part.get(), doubt, why));
        return copy(span, reconnectedAt, slowReader, steps, lost, next, verdict, closedAt);
    }

    /** Returns the verdict on this gap once nothing of it is uncovered: the worst of what is known counts. */
    Verdict judged() {
        if (!lost.isEmpty()) {
            boolean nothing = recovered() == 0
                    && span.minus(lost.stream().map(LostSpan::span).toList()).isEmpty();
            return nothing ? Verdict.UNRECOVERABLE : Verdict.PARTIAL;
        }
        if (doubtful.isEmpty()) return Verdict.COMPLETE;
        boolean unproven = doubtful.stream().allMatch(part -> part.doubt() == Doubt.UNPROVEN);
        return unproven ? Verdict.COMPLETE_UNPROVEN : Verdict.DOUBTFUL;
    }

    Gap closed(Verdict falls, Instant at) {
        return copy(span, reconnectedAt, slowReader, steps, lost, doubtful, falls, Optional.of(at));
    }

    private Gap copy(
            Span whole,
            Optional<Instant> upAgainAt,
            boolean slow,
            List<StepRun> runs,
            List<LostSpan> losses,
            List<DoubtfulSpan> doubts,
            Verdict judgement,
            Optional<Instant> judgedAt) {
        return new Gap(
                id, whole, cause, lastSignalAt, detectedAt, upAgainAt, slow, runs, losses, doubts, judgement, judgedAt);
    }
}
