package io.gapless.recovery;

import io.gapless.stream.Recovery;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Steps by search, a slice at a time: what each slice has brought goes into its gap's account. Owner of what makes
 * search wait: a parked account, and prices being counted; on the stream's thread.
 */
final class SearchSteps {
    private final Recovery.Host host;
    private final SearchRecovery search;
    private final long postsMax;
    private final Entitlement entitlement;
    private final OpenGaps gaps;
    /** Gaps whose price is being counted. */
    private final Set<Long> priced = new HashSet<>();

    private Instant parkedUntil = Instant.MIN;
    private int parkings;

    SearchSteps(Recovery.Host host, SearchRecovery search, long postsMax, Entitlement entitlement, OpenGaps gaps) {
        this.host = host;
        this.search = search;
        this.postsMax = postsMax;
        this.entitlement = entitlement;
        this.gaps = gaps;
    }

    /** Begins a step, if nothing is being searched for. As a whole it may be too fresh: its first slice counts. */
    void begin(Gap gap, Step step, Instant now) {
        if (now.isBefore(parkedUntil) || !search.begin(gap.id(), step, now)) return;
        Step slice = search.slice();
        if (slice != null) gaps.keep(gap.running(slice));
    }

    /** Whether the posts of a slice are just being acknowledged. */
    boolean isSettling() {
        return search.isSettling();
    }

    /** Whether a gap waits until it is known what it would cost. */
    boolean isPriced(Gap gap) {
        return priced.contains(gap.id());
    }

    void end() {
        search.end();
    }

    void step(Instant now) {
        SearchRecovery.Ended slice = search.ended();
        if (slice == null) return;
        Gap gap = gaps.get(slice.gapId());
        if (gap == null) return;
        gap = gap.withoutRunning(slice.slice()::equals);
        Span span = slice.slice().span();
        SearchOutcome outcome = slice.outcome();
        switch (outcome.end()) {
            case WHOLE -> {
                parkings = 0;
                for (String loss : outcome.lost()) gap = gap.withLost(span, loss);
                for (String doubt : outcome.doubts()) gap = gap.withDoubt(span, Doubt.SEARCH_LIMITS, doubt);
                if (!slice.notSearched().isEmpty()) gap = gap.withLost(span, slice.notSearched());
                if (!slice.limits().isEmpty()) gap = gap.withDoubt(span, Doubt.SEARCH_LIMITS, slice.limits());
                gaps.keep(gap, slice.run());
            }
            case TOO_MANY -> gaps.keep(gap);
            case WINDOW_PASSED -> fail(gap, slice, RecoveryPlanner.WINDOW_PASSED);
            case COST -> {
                gaps.keep(gap, slice.run().with(StepRun.State.FAILED, "the spending limit allows no more posts"));
                price(gap.id(), now);
            }
            case PARKED -> {
                StepRun run = slice.run();
                Gap rest = gap.cut(slice.slice(), run.fresh(), run.duplicates());
                gaps.refused(rest, StepRun.of(slice.slice()).with(StepRun.State.REFUSED, outcome.detail()));
                park(slice.slice().method(), outcome, now);
            }
            case CANCELLED -> gaps.keep(gap);
        }
    }

    /** One bad answer closes no gap: all of them stay open, and are asked for together. */
    private void park(RecoveryMethod method, SearchOutcome outcome, Instant now) {
        Duration length = Ladders.parked(++parkings, outcome.untilCapReset());
        parkedUntil = now.plus(length);
        Instant local = host.time().instant();
        host.event(new RecoveryEvent.MethodParked(local, method, outcome.detail(), local.plus(length)));
    }

    private void fail(Gap gap, SearchRecovery.Ended slice, String why) {
        gaps.keep(gap.withLost(slice.slice().span(), why), slice.run().with(StepRun.State.FAILED, why));
    }

    /** The rest of the gap is too dear; what it would cost is counted, and it can be recovered by hand. */
    private void price(long gapId, Instant now) {
        Gap gap = gaps.get(gapId);
        List<Span> rest = gap == null ? List.of() : gap.uncovered();
        priced.add(gapId);
        search.quote(RecoveryPlanner.plan(rest, entitlement.abilities(now), now))
                .whenComplete((quote, failed) -> host.execute(() -> {
                    priced.remove(gapId);
                    tooDear(gapId, failed == null ? quote.price() : "of unknown price");
                }));
    }

    private void tooDear(long gapId, String price) {
        Gap gap = gaps.get(gapId);
        if (gap == null) return;
        for (Span part : gap.uncovered()) {
            gap = gap.withLost(
                    part,
                    "cost: the spending limit is %,d posts per gap and day, and the rest is %s"
                            .formatted(postsMax, price));
        }
        gaps.keep(gap);
    }
}
