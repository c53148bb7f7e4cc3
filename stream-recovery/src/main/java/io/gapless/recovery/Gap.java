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
 * Describes a gap: a span in which posts may be missing, and everything that was done to recover it. Each gap is an
 * entry of the ledger. All times are X's. Immutable.
 *
 * @param id the number of the gap in its state directory, from 1
 * @param span the span in which posts may be missing: the outage with the overlap on both sides
 * @param cause why the gap was opened, in words; usually how the last connection ended
 * @param lastSignalAt when the last signal before the outage arrived
 * @param detectedAt when the outage was noticed
 * @param reconnectedAt when the first signal after the outage arrived; empty during the outage
 * @param slowReader whether X may have dropped posts because a connection was read too slowly, in this gap or in an
 *     older gap of which this gap took over a part. A backfill does not return dropped posts
 * @param steps the steps that are to close the gap, including planned ones, oldest span first
 * @param lost the spans that are certainly lost, oldest first
 * @param doubtful the spans in which posts may be missing, oldest first
 * @param verdict what became of the gap
 * @param closedAt when the gap got its verdict; empty while it is open
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
     * @param cause why the gap was opened
     * @param lastSignalAt when the last signal arrived
     * @param detectedAt when the outage was noticed
     * @param reconnectedAt when the first signal after the outage arrived
     * @param slowReader whether X may have dropped posts of a slow reader
     * @param steps the steps
     * @param lost the lost spans
     * @param doubtful the doubtful spans
     * @param verdict what became of the gap
     * @param closedAt when the gap got its verdict
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
     * Returns how many posts the steps have recovered.
     *
     * @return posts that had not been received before, of all steps
     */
    public long recovered() {
        return steps.stream().mapToLong(StepRun::fresh).sum();
    }

    /**
     * Returns how many of the posts that the steps fetched had already been received.
     *
     * @return dropped duplicates, of all steps
     */
    public long duplicates() {
        return steps.stream().mapToLong(StepRun::duplicates).sum();
    }

    /** Returns the steps that are running. */
    Stream<StepRun> running() {
        return steps.stream().filter(run -> run.state() == StepRun.State.RUNNING);
    }

    /**
     * Returns the spans that no step has recovered or is recovering, and that are not lost. A step that is only planned
     * leaves its span uncovered.
     */
    List<Span> uncovered() {
        return span.minus(covered());
    }

    /** Returns the spans that a step has recovered or is recovering, and the lost spans. */
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

    /**
     * Returns this gap, marked as one in which X may have dropped posts for a slow reader. A backfill does not return
     * dropped posts.
     */
    Gap ofSlowReader() {
        return copy(span, reconnectedAt, true, steps, lost, doubtful, verdict, closedAt);
    }

    Gap spanning(Span whole) {
        return copy(whole, reconnectedAt, slowReader, steps, lost, doubtful, verdict, closedAt);
    }

    /**
     * Returns this gap with a step, which replaces the earlier state of the same step. The step's span is removed from
     * the spans of planned steps. Cut steps are kept, since their posts count.
     */
    Gap with(StepRun run) {
        List<StepRun> next = new ArrayList<>(List.of(run));
        for (StepRun known : steps) {
            if (known.state() == StepRun.State.WAITING)
                next.addAll(known.outside(run.step().span()));
            else if (known.state() == StepRun.State.CUT || !known.step().equals(run.step())) next.add(known);
        }
        return withSteps(next);
    }

    /** Returns this gap with a refused step, which replaces the earlier refused steps of the same method. */
    Gap refused(StepRun run) {
        List<StepRun> next = new ArrayList<>(steps);
        next.removeIf(known -> known.state() == StepRun.State.REFUSED
                && known.step().method() == run.step().method());
        return withSteps(next).with(run);
    }

    /** Returns this gap with new planned steps in place of its old planned steps. */
    Gap planned(List<Step> plan) {
        List<StepRun> next = new ArrayList<>(steps);
        next.removeIf(run -> run.state() == StepRun.State.WAITING);
        for (Step step : plan) next.add(StepRun.of(step));
        return withSteps(next);
    }

    /**
     * Returns whether the planned steps use the same methods, in the same order, as a plan. Spans are not compared,
     * because they move with X's windows, second by second.
     */
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

    /** Returns this gap with a step that is running. */
    Gap running(Step step) {
        return with(StepRun.of(step).with(StepRun.State.RUNNING, ""));
    }

    /**
     * Returns this gap with the counts of a step that ended before all of its posts had arrived. All such cut steps of
     * one method are joined into one.
     */
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

    /**
     * Returns this gap without the running steps that match a condition. The spans of these steps are uncovered then,
     * so their posts are requested again.
     */
    Gap withoutRunning(Predicate<Step> which) {
        List<StepRun> next = steps.stream()
                .filter(run -> run.state() != StepRun.State.RUNNING || !which.test(run.step()))
                .toList();
        return copy(span, reconnectedAt, slowReader, next, lost, doubtful, verdict, closedAt);
    }

    /**
     * Returns this gap as an ended process has left it: the posts that running steps had fetched count, and the spans
     * of these steps are requested again.
     */
    Gap interrupted() {
        Gap next = withoutRunning(step -> true);
        for (StepRun run : steps) {
            if (run.state() == StepRun.State.RUNNING) next = next.cut(run.step(), run.fresh(), run.duplicates());
        }
        return next;
    }

    /**
     * Returns this gap with new counts of a running step. Returns the same object if the counts have not changed, or if
     * the step is not running.
     */
    Gap progressed(Step step, long fresh, long duplicates) {
        for (StepRun run : steps) {
            boolean news = run.fresh() != fresh || run.duplicates() != duplicates;
            if (run.state() == StepRun.State.RUNNING && run.step().equals(step) && news)
                return with(run.bringing(fresh, duplicates));
        }
        return this;
    }

    /** Returns this gap with one more lost span, of which only the part within the gap is kept. */
    Gap withLost(Span which, String why) {
        Optional<Span> part = which.common(span);
        if (part.isEmpty()) return this;
        List<LostSpan> next = new ArrayList<>(lost);
        next.add(new LostSpan(part.get(), why));
        return copy(span, reconnectedAt, slowReader, steps, next, doubtful, verdict, closedAt);
    }

    /** Returns this gap with one more doubtful span, of which only the part within the gap is kept. */
    Gap withDoubt(Span which, Doubt doubt, String why) {
        Optional<Span> part = which.common(span);
        if (part.isEmpty()) return this;
        List<DoubtfulSpan> next = new ArrayList<>(doubtful);
        next.add(new DoubtfulSpan(part.get(), doubt, why));
        return copy(span, reconnectedAt, slowReader, steps, lost, next, verdict, closedAt);
    }

    /** Returns the verdict on a gap in which nothing is uncovered any more. The worst finding decides. */
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
