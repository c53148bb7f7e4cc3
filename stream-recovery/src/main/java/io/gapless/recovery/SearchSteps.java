package io.gapless.recovery;

import io.gapless.recovery.ledger.DoubtfulSpan.Doubt;
import io.gapless.recovery.ledger.Gap;
import io.gapless.recovery.ledger.Gap.StepRun;
import io.gapless.recovery.ledger.RecoveryMethod;
import io.gapless.recovery.ledger.RecoveryPlan.Step;
import io.gapless.recovery.ledger.Span;
import io.gapless.recovery.plan.RecoveryPlanner;
import io.gapless.recovery.search.FetchOutcome;
import io.gapless.recovery.search.Order;
import io.gapless.recovery.search.Packer;
import io.gapless.recovery.search.Slice;
import io.gapless.stream.api.BackOff;
import io.gapless.stream.spi.Recovery;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Runs the steps whose method is search, one slice at a time, and adds the posts of each slice to its gap. Where posts
 * are billed, {@link Order} decides the order. Owns the time until which search is parked, the lead of the next slice, the ids of gaps whose
 * price is being counted, and the results of counts for the open gaps. Runs on the stream's thread.
 */
final class SearchSteps {
    private static final String ALL_RECEIVED = "X counts %,d posts, and all of them had been received; none was bought";
    private static final Span EVERYTHING = new Span(Instant.MIN, Instant.MAX);
    private static final Duration LEAD_MAX = Duration.ofHours(6);
    /** The least that is given up, so that each try makes progress if X's clock is ahead of what is known of it. */
    private static final Duration PASSED_MIN = Duration.ofMinutes(1);

    private final Recovery.Host host;
    private final SearchRecovery search;
    private final SearchProof proof;
    private final Money money;
    private final long postsMax;
    private final Entitlement entitlement;
    private final OpenGaps gaps;
    /** The ids of the gaps whose price is being counted. */
    private final Set<Long> priced = new HashSet<>();
    /** The results of {@link SearchProof} for the overlaps of open gaps, by the id of the gap. */
    private final Map<Long, List<Order.Counted>> counts = new HashMap<>();

    private Instant parkedUntil = Instant.MIN;
    private int parkings;
    private Instant sliceBegunAt = Instant.MIN;
    /** How far inside X's window the next slice must begin, since slices have left the window while they were fetched. */
    private Duration lead = Duration.ZERO;

    SearchSteps(
            Recovery.Host host,
            SearchRecovery search,
            SearchProof proof,
            Money money,
            long postsMax,
            Entitlement entitlement,
            OpenGaps gaps) {
        this.host = host;
        this.search = search;
        this.proof = proof;
        this.money = money;
        this.postsMax = postsMax;
        this.entitlement = entitlement;
        this.gaps = gaps;
    }

    /**
     * Starts the first slice of a step, or the count that comes before it, if no search and no count is running. The
     * end of the step may still be too recent for search, since only the first slice is started.
     */
    void begin(Gap gap, Step step, Instant now) {
        if (now.isBefore(parkedUntil) || search.isBusy() || proof.isBusy() || isPriced(gap)) return;
        if (!isInParts(step)) {
            buy(gap, step, step.span(), now);
            return;
        }
        Order order = Order.of(gap);
        order.first(step.span()).ifPresent(part -> {
            if (order.partOf(part) == Order.Part.OUTAGE) buy(gap, step, part, now);
            else overlap(gap, step, order, part, now);
        });
    }

    /**
     * Returns whether the outage and the two overlaps of a gap are searched separately. If X bills nothing, if nothing
     * may be spent, or if the method is full-archive search, the gap is searched or given up as a whole.
     */
    private boolean isInParts(Step step) {
        return entitlement.isBilled() && postsMax > 0 && step.method() == RecoveryMethod.SEARCH;
    }

    private void buy(Gap gap, Step step, Span span, Instant now) {
        if (!search.begin(gap.id(), new Step(step.method(), span, step.notBefore()), now)) return;
        Step slice = search.slice();
        if (slice == null) return;
        sliceBegunAt = now;
        gaps.keep(GapChanges.running(gap, slice));
    }

    /** Counts, searches or skips the next part of an overlap. Nearly all posts of an overlap have been received. */
    private void overlap(Gap gap, Step step, Order order, Span rest, Instant now) {
        Optional<Packer.Packed> rules = search.packed(now);
        if (rules.isEmpty() || !search.isIndexed(rest.until(), now)) return;
        if (rules.get().packs().isEmpty()) {
            // No rule can be searched for. A search without packs costs nothing, and its result records which posts are
            // lost.
            buy(gap, step, rest, now);
            return;
        }
        boolean mayBuy = money.leftFor(gap.id()) >= Slice.PAGE_MIN;
        Order.Next next = order.next(rest, counts.getOrDefault(gap.id(), List.of()), mayBuy);
        if (next instanceof Order.Next.Count count) proof.begin(gap.id(), count.span(), rules.get(), mayBuy);
        else if (next instanceof Order.Next.Buy bought) buy(gap, step, bought.span(), now);
        else if (next instanceof Order.Next.Skip skipped) complete(gap, skipped.span(), skipped.why(), now);
        else throw new AssertionError("not a kind of step: " + next);
    }

    private void complete(Gap gap, Span span, String why, Instant now) {
        gaps.keep(gap, StepRun.of(new Step(RecoveryMethod.SEARCH, span, now)).with(StepRun.State.DONE, why));
    }

    private void counted(Instant now) {
        counts.keySet().removeIf(gapId -> gaps.get(gapId) == null);
        SearchProof.Ended ended = proof.ended();
        Gap gap = ended == null ? null : gaps.get(ended.gapId());
        if (ended == null || gap == null) return;
        counts.computeIfAbsent(gap.id(), any -> new ArrayList<>()).add(ended.counted());
        if (ended.says() == Order.Says.COMPLETE) allReceived(gap, ended, now);
    }

    /**
     * Records the counted span as complete, because all of its posts had been received. If a backfill has begun to
     * recover a part of the span during the count, that part is left to the backfill.
     */
    private void allReceived(Gap gap, SearchProof.Ended ended, Instant now) {
        Span counted = ended.span();
        boolean isTaken =
                gap.covered().stream().anyMatch(span -> span.common(counted).isPresent());
        List<Span> parts = isTaken ? uncovered(gap, counted) : List.of(counted);
        for (Span part : parts) {
            Gap kept = gaps.get(gap.id());
            if (kept != null) complete(kept, part, ALL_RECEIVED.formatted(ended.received()), now);
        }
    }

    /**
     * Returns whether the posts of a slice were added to the inbox within the last second, so that they will soon be
     * acknowledged.
     */
    boolean isSettling() {
        return search.isSettling();
    }

    /** Returns whether the price of a gap is being counted. Until the count has ended, no step of the gap starts. */
    boolean isPriced(Gap gap) {
        return priced.contains(gap.id());
    }

    void end() {
        search.end();
        proof.end();
    }

    void step(Instant now) {
        counted(now);
        tally();
        SearchRecovery.Ended slice = search.ended();
        if (slice == null) return;
        Gap gap = gaps.get(slice.gapId());
        if (gap == null) return;
        gap = GapChanges.withoutRunning(gap, slice.slice()::equals);
        Span span = slice.slice().span();
        FetchOutcome outcome = slice.outcome();
        switch (outcome.end()) {
            case WHOLE -> {
                parkings = 0;
                lead = Duration.ZERO;
                for (String loss : outcome.lost()) gap = GapChanges.withLost(gap, span, loss);
                for (String doubt : outcome.doubts()) gap = GapChanges.withDoubt(gap, span, Doubt.SEARCH_LIMITS, doubt);
                if (!slice.notSearched().isEmpty()) gap = GapChanges.withLost(gap, span, slice.notSearched());
                if (!slice.limits().isEmpty())
                    gap = GapChanges.withDoubt(gap, span, Doubt.SEARCH_LIMITS, slice.limits());
                gaps.keep(gap, slice.run());
            }
            case TOO_MANY, CANCELLED ->
                gaps.keep(GapChanges.cut(
                        gap, slice.slice(), slice.run().fresh(), slice.run().duplicates()));
            case WINDOW_PASSED -> windowPassed(gap, slice, now);
            case COST -> {
                gaps.keep(gap, slice.run().with(StepRun.State.FAILED, "the spending limit allows no more posts"));
                price(gap.id(), partOf(gap, slice.slice()), now);
            }
            case PARKED -> {
                StepRun run = slice.run();
                Gap rest = GapChanges.cut(gap, slice.slice(), run.fresh(), run.duplicates());
                gaps.refused(rest, StepRun.of(slice.slice()).with(StepRun.State.REFUSED, outcome.detail()));
                park(slice.slice().method(), outcome, now);
            }
        }
    }

    /** Adds the counts of all slices that have not ended to their gaps. */
    void tally() {
        search.tally(gaps);
    }

    /**
     * Parks search after an answer that was not X's last word. All gaps that need search stay open, and are searched
     * again after the wait.
     */
    private void park(RecoveryMethod method, FetchOutcome outcome, Instant now) {
        Duration length = BackOff.parked(++parkings, outcome.untilCapReset());
        parkedUntil = now.plus(length);
        Instant local = host.time().instant();
        host.event(new RecoveryEvent.MethodParked(local, method, outcome.detail(), local.plus(length)));
    }

    /**
     * Gives up what has left X's window, and the time right inside the window's edge. The slice took longer than the
     * window left it. A slice that began at the edge again would end in the same way, and so on for days, while the
     * posts further inside could still be fetched.
     */
    private void windowPassed(Gap gap, SearchRecovery.Ended slice, Instant now) {
        Duration took = Duration.between(sliceBegunAt, now);
        lead = shorter(LEAD_MAX, longer(lead, took).multipliedBy(2));
        Instant edge = now.minus(RecoveryPlanner.SEARCH_WINDOW).plus(lead);
        Instant until = Span.later(edge, slice.slice().span().from().plus(PASSED_MIN));
        Gap next = gap;
        for (Span part : uncovered(gap, new Span(Instant.MIN, until)))
            next = GapChanges.withLost(next, part, RecoveryPlanner.WINDOW_PASSED);
        gaps.keep(next, slice.run().with(StepRun.State.FAILED, RecoveryPlanner.WINDOW_PASSED));
    }

    private static Duration shorter(Duration one, Duration other) {
        return one.compareTo(other) < 0 ? one : other;
    }

    private static Duration longer(Duration one, Duration other) {
        return one.compareTo(other) > 0 ? one : other;
    }

    /**
     * Returns the part of a gap to give up, because one of its slices exceeded the spending limit. Counts may still
     * show that the other parts are complete.
     */
    private Span partOf(Gap gap, Step slice) {
        Order order = Order.of(gap);
        return isInParts(slice) ? order.whole(order.partOf(slice.span())) : EVERYTHING;
    }

    private static List<Span> uncovered(Gap gap, Span part) {
        return gap.uncovered().stream()
                .flatMap(span -> span.common(part).stream())
                .toList();
    }

    /**
     * Counts what the uncovered rest of a part would cost, and then records this rest as lost, because it exceeds the
     * spending limit. The price informs a person, who can recover the rest by hand.
     */
    private void price(long gapId, Span part, Instant now) {
        Gap gap = gaps.get(gapId);
        List<Span> rest = gap == null ? List.of() : uncovered(gap, part);
        priced.add(gapId);
        search.quote(RecoveryPlanner.plan(rest, entitlement.abilities(now), now))
                .whenComplete((quote, failed) -> host.execute(() -> {
                    priced.remove(gapId);
                    tooDear(gapId, part, failed == null ? quote.price() : "of unknown price");
                }));
    }

    private void tooDear(long gapId, Span dear, String price) {
        Gap gap = gaps.get(gapId);
        if (gap == null) return;
        for (Span part : uncovered(gap, dear)) {
            gap = GapChanges.withLost(
                    gap,
                    part,
                    "cost: the spending limit is %,d posts per gap and day, and the rest is %s"
                            .formatted(postsMax, price));
        }
        gaps.keep(gap);
    }
}
