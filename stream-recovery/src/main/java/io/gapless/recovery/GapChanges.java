package io.gapless.recovery;

import io.gapless.recovery.ledger.DoubtfulSpan;
import io.gapless.recovery.ledger.DoubtfulSpan.Doubt;
import io.gapless.recovery.ledger.Gap;
import io.gapless.recovery.ledger.Gap.StepRun;
import io.gapless.recovery.ledger.Gap.Verdict;
import io.gapless.recovery.ledger.LostSpan;
import io.gapless.recovery.ledger.RecoveryMethod;
import io.gapless.recovery.ledger.RecoveryPlan.Step;
import io.gapless.recovery.ledger.Span;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/** Makes the next state of a gap from its state so far. Each function returns a new gap and leaves the old one as it is. */
final class GapChanges {
    private GapChanges() {}

    /** Returns whether a step of this method has failed. */
    static boolean hasFailed(Gap gap, RecoveryMethod method) {
        return gap.steps().stream()
                .anyMatch(run -> run.step().method() == method && run.state() == StepRun.State.FAILED);
    }

    /** Returns the gap of an outage that has ended at {@code at}, with {@code whole} as the span of the gap. */
    static Gap reconnected(Gap gap, Instant at, Span whole) {
        return spanning(gap, whole).change().reconnectedAt(Optional.of(at)).build();
    }

    /**
     * Returns the gap, marked as one in which X may have dropped posts for a slow reader. A backfill does not return
     * dropped posts.
     */
    static Gap ofSlowReader(Gap gap) {
        return gap.change().slowReader(true).build();
    }

    /**
     * Returns the gap with another span. Where the new span is longer, a doubt about the rules that reached the old
     * border reaches the new one: the rules may have changed anywhere in the gap, and its end was not known yet.
     */
    static Gap spanning(Gap gap, Span whole) {
        Span old = gap.span();
        List<DoubtfulSpan> doubtful = gap.doubtful().stream()
                .map(part -> part.doubt() != Doubt.RULES_CHANGED
                        ? part
                        : new DoubtfulSpan(widened(part.span(), old, whole), part.doubt(), part.reason()))
                .toList();
        return gap.change().span(whole).doubtful(doubtful).build();
    }

    private static Span widened(Span part, Span old, Span whole) {
        boolean begins = part.from().equals(old.from()) && whole.from().isBefore(old.from());
        boolean ends = part.until().equals(old.until()) && whole.until().isAfter(old.until());
        return new Span(begins ? whole.from() : part.from(), ends ? whole.until() : part.until());
    }

    /**
     * Returns the gap with a step, which replaces the earlier state of the same step. The step's span is removed from
     * the spans of planned steps. Cut steps are kept, since their posts count; so does what a failed step has brought
     * that is tried again.
     */
    static Gap with(Gap gap, StepRun run) {
        List<StepRun> next = new ArrayList<>(List.of(run));
        List<StepRun> retried = new ArrayList<>();
        for (StepRun known : gap.steps()) {
            if (known.state() == StepRun.State.WAITING)
                next.addAll(outside(known, run.step().span()));
            else if (known.state() == StepRun.State.CUT || !known.step().equals(run.step())) next.add(known);
            else if (known.state() == StepRun.State.FAILED) retried.add(known);
        }
        Gap changed = withSteps(gap, next);
        for (StepRun known : retried) changed = cut(changed, known.step(), known.fresh(), known.duplicates());
        return changed;
    }

    /** Returns the parts of a planned step that lie outside a span, because another step recovers that span. */
    private static List<StepRun> outside(StepRun planned, Span taken) {
        Step step = planned.step();
        return step.span().minus(List.of(taken)).stream()
                .map(rest -> StepRun.of(new Step(step.method(), rest, step.notBefore())))
                .toList();
    }

    /** Returns the gap with a refused step, which replaces the earlier refused steps of the same method. */
    static Gap refused(Gap gap, StepRun run) {
        List<StepRun> next = new ArrayList<>(gap.steps());
        next.removeIf(known -> known.state() == StepRun.State.REFUSED
                && known.step().method() == run.step().method());
        return with(withSteps(gap, next), run);
    }

    /** Returns the gap with new planned steps in place of its old planned steps. */
    static Gap planned(Gap gap, List<Step> plan) {
        List<StepRun> next = new ArrayList<>(gap.steps());
        next.removeIf(run -> run.state() == StepRun.State.WAITING);
        for (Step step : plan) next.add(StepRun.of(step));
        return withSteps(gap, next);
    }

    /**
     * Returns whether the planned steps use the same methods, in the same order, as a plan. Spans are not compared,
     * because they move with X's windows, second by second.
     */
    static boolean isPlanned(Gap gap, List<Step> plan) {
        List<RecoveryMethod> methods = gap.steps().stream()
                .filter(run -> run.state() == StepRun.State.WAITING)
                .map(run -> run.step().method())
                .toList();
        return methods.equals(plan.stream().map(Step::method).toList());
    }

    private static Gap withSteps(Gap gap, List<StepRun> runs) {
        List<StepRun> sorted = runs.stream()
                .sorted(Comparator.comparing(run -> run.step().span().from()))
                .toList();
        return gap.change().steps(sorted).build();
    }

    /** Returns the gap with a step that is running. */
    static Gap running(Gap gap, Step step) {
        return with(gap, StepRun.of(step).with(StepRun.State.RUNNING, ""));
    }

    /**
     * Returns the gap with the counts of a step that ended before all of its posts had arrived. All such cut steps of
     * one method are joined into one.
     */
    static Gap cut(Gap gap, Step step, long fresh, long duplicates) {
        if (fresh + duplicates == 0) return gap;
        StepRun cut = StepRun.of(step)
                .withPass(fresh, duplicates)
                .with(StepRun.State.CUT, "not all posts had arrived; the rest is fetched again");
        List<StepRun> next = new ArrayList<>();
        for (StepRun known : gap.steps()) {
            boolean alike = known.state() == StepRun.State.CUT && known.step().method() == step.method();
            if (alike) cut = joined(known, cut);
            else next.add(known);
        }
        next.add(cut);
        return withSteps(gap, next);
    }

    /** Joins two cut steps of the same method. */
    private static StepRun joined(StepRun one, StepRun other) {
        Span whole = Span.enclosing(one.step().span(), other.step().span());
        return new StepRun(
                new Step(one.step().method(), whole, one.step().notBefore()),
                StepRun.State.CUT,
                one.passes() + other.passes(),
                one.fresh() + other.fresh(),
                one.duplicates() + other.duplicates(),
                one.note());
    }

    /**
     * Returns the gap without the running steps that match a condition. The spans of these steps become uncovered, so
     * their posts are requested again.
     */
    static Gap withoutRunning(Gap gap, Predicate<Step> which) {
        return withSteps(
                gap,
                gap.steps().stream()
                        .filter(run -> run.state() != StepRun.State.RUNNING || !which.test(run.step()))
                        .toList());
    }

    /**
     * Returns the gap as an ended process has left it: the posts that running steps had fetched count, and the spans of
     * these steps are requested again.
     */
    static Gap interrupted(Gap gap) {
        Gap next = withoutRunning(gap, step -> true);
        for (StepRun run : gap.steps()) {
            if (run.state() == StepRun.State.RUNNING) next = cut(next, run.step(), run.fresh(), run.duplicates());
        }
        return next;
    }

    /**
     * Returns the gap with new counts of a running step. Returns the same object if the counts have not changed, or if
     * the step is not running.
     */
    static Gap progressed(Gap gap, Step step, long fresh, long duplicates) {
        for (StepRun run : gap.steps()) {
            boolean news = run.fresh() != fresh || run.duplicates() != duplicates;
            if (run.state() == StepRun.State.RUNNING && run.step().equals(step) && news)
                return with(gap, counting(run, fresh, duplicates));
        }
        return gap;
    }

    /** Returns a step with new counts in place of its old ones. */
    static StepRun counting(StepRun run, long freshSoFar, long duplicatesSoFar) {
        return new StepRun(run.step(), run.state(), run.passes(), freshSoFar, duplicatesSoFar, run.note());
    }

    /** Returns the gap with one more lost span, of which only the part within the gap is kept. */
    static Gap withLost(Gap gap, Span which, String why) {
        Optional<Span> part = which.common(gap.span());
        if (part.isEmpty()) return gap;
        List<LostSpan> next = new ArrayList<>(gap.lost());
        next.add(new LostSpan(part.get(), why));
        return gap.change().lost(next).build();
    }

    /** Returns the gap with one more doubtful span, of which only the part within the gap is kept. */
    static Gap withDoubt(Gap gap, Span which, Doubt doubt, String why) {
        Optional<Span> part = which.common(gap.span());
        if (part.isEmpty()) return gap;
        List<DoubtfulSpan> next = new ArrayList<>(gap.doubtful());
        next.add(new DoubtfulSpan(part.get(), doubt, why));
        return gap.change().doubtful(next).build();
    }

    /** Returns the verdict on a gap in which nothing is uncovered any more. The worst finding decides. */
    static Verdict judged(Gap gap) {
        if (!gap.lost().isEmpty()) {
            boolean nothing = gap.recovered() == 0
                    && gap.span()
                            .minus(gap.lost().stream().map(LostSpan::span).toList())
                            .isEmpty();
            return nothing ? Verdict.UNRECOVERABLE : Verdict.PARTIAL;
        }
        if (gap.doubtful().isEmpty()) return Verdict.COMPLETE;
        boolean unproven = gap.doubtful().stream().allMatch(part -> part.doubt() == Doubt.UNPROVEN);
        return unproven ? Verdict.COMPLETE_UNPROVEN : Verdict.DOUBTFUL;
    }

    /** Returns the gap with its verdict. */
    static Gap closed(Gap gap, Verdict verdict, Instant at) {
        return gap.change().verdict(verdict).closedAt(Optional.of(at)).build();
    }
}
