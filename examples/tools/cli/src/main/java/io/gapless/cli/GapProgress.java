package io.gapless.cli;

import io.gapless.recovery.ledger.Gap;
import io.gapless.recovery.ledger.Gap.StepRun;
import io.gapless.recovery.ledger.LostSpan;
import io.gapless.recovery.ledger.RecoveryMethod;
import io.gapless.recovery.ledger.RecoveryPlan;
import io.gapless.recovery.ledger.RecoveryPlan.Step;
import io.gapless.recovery.ledger.Span;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Estimates how much of a gap has been recovered, from events and posts. A step that has ended counts with its whole
 * span, unless it has failed. Any other step counts up to the newest post in its span. Owner: {@link ConsumeProgress}.
 */
final class GapProgress {
    private final long id;
    private final Span span;
    private final List<Span> decided = new ArrayList<>();
    private final Map<Step, Instant> reached = new HashMap<>();
    private long posts;

    GapProgress(Gap gap, RecoveryPlan plan) {
        this.id = gap.id();
        this.span = gap.span();
        onPlan(plan);
    }

    /**
     * Replaces the plan by a new one for the rest of the gap. Steps of the old plan that have not ended and are not in
     * the new plan no longer count.
     */
    void onPlan(RecoveryPlan plan) {
        reached.keySet().retainAll(plan.steps());
        plan.steps().forEach(step -> reached.putIfAbsent(step, step.span().from()));
        plan.lost().stream().map(LostSpan::span).forEach(decided::add);
    }

    void onStepEnded(StepRun run) {
        reached.remove(run.step());
        if (run.state() != StepRun.State.FAILED) decided.add(run.step().span());
    }

    boolean contains(Instant createdAt) {
        return span.contains(createdAt);
    }

    /** Counts a recovered post of this gap, and advances the steps whose spans contain the post. */
    void onRecoveredPost(Instant createdAt) {
        posts++;
        reached.replaceAll(
                (step, before) -> step.span().contains(createdAt) && createdAt.isAfter(before) ? createdAt : before);
    }

    /**
     * Advances a backfill step to a live post in the step's span. Backfill and live posts come on the same connection,
     * in order.
     */
    void onLivePost(Instant createdAt) {
        reached.replaceAll((step, before) ->
                step.method() == RecoveryMethod.BACKFILL && step.span().contains(createdAt) && createdAt.isAfter(before)
                        ? createdAt
                        : before);
    }

    /** Returns the bar: {@code Gap 3  [###############---------------] 50 % of 2 h 5 min, 12,340 posts recovered}. */
    String line() {
        List<Span> done = new ArrayList<>(decided);
        reached.forEach((step, until) -> Span.between(step.span().from(), until).ifPresent(done::add));
        long leftMillis = span.minus(done).stream()
                .map(Span::length)
                .mapToLong(Duration::toMillis)
                .sum();
        long wholeMillis = Math.max(1, span.length().toMillis());
        return "Gap %d  %s of %s, %s recovered"
                .formatted(
                        id,
                        Progress.bar(wholeMillis - leftMillis, wholeMillis),
                        Text.duration(span.length()),
                        Text.counted(posts, "post"));
    }
}
