package io.gapless.cli;

import io.gapless.recovery.Gap;
import io.gapless.recovery.LostSpan;
import io.gapless.recovery.RecoveryMethod;
import io.gapless.recovery.RecoveryPlan;
import io.gapless.recovery.Span;
import io.gapless.recovery.Step;
import io.gapless.recovery.StepRun;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * How much of a gap has been recovered, as far as events and posts show it: steps that have ended count in full, others up
 * to the newest post that came for them. Owner: {@link ConsumeProgress}.
 */
final class Recovering {
    private final long id;
    private final Span span;
    private final List<Span> decided = new ArrayList<>();
    private final Map<Step, Instant> reached = new HashMap<>();
    private long posts;

    Recovering(Gap gap, RecoveryPlan plan) {
        this.id = gap.id();
        this.span = gap.span();
        planned(plan);
    }

    /** Takes another plan for what is left. */
    void planned(RecoveryPlan plan) {
        reached.keySet().retainAll(plan.steps());
        plan.steps().forEach(step -> reached.putIfAbsent(step, step.span().from()));
        plan.lost().stream().map(LostSpan::span).forEach(decided::add);
    }

    void ended(StepRun run) {
        reached.remove(run.step());
        if (run.state() != StepRun.State.FAILED) decided.add(run.step().span());
    }

    boolean holds(Instant createdAt) {
        return span.contains(createdAt);
    }

    /** Counts a post of this gap. */
    void recovered(Instant createdAt) {
        posts++;
        reached.replaceAll(
                (step, before) -> step.span().contains(createdAt) && createdAt.isAfter(before) ? createdAt : before);
    }

    /** Takes note of a live post: a backfill has come so far, since it shares its connection with live posts. */
    void live(Instant createdAt) {
        reached.replaceAll((step, before) ->
                step.method() == RecoveryMethod.BACKFILL && step.span().contains(createdAt) && createdAt.isAfter(before)
                        ? createdAt
                        : before);
    }

    /** {@code Gap 3  [###############---------------] 50 % of 2 h 5 min, 12,340 posts recovered}. */
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
