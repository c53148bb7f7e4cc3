package io.gapless.recovery;

import io.gapless.recovery.ledger.Gap;
import io.gapless.recovery.ledger.Gap.StepRun;
import io.gapless.recovery.ledger.RecoveryMethod;
import io.gapless.recovery.ledger.RecoveryPlan.Step;
import io.gapless.recovery.ledger.Span;
import io.gapless.recovery.plan.RecoveryPlanner;
import io.gapless.stream.post.Origin;
import io.gapless.stream.spi.Pin;
import io.gapless.stream.spi.Recovery;
import io.gapless.stream.spi.Source;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/**
 * Tracks the steps whose method is backfill. From the connect on, the span that its backfill reaches counts as being
 * recovered, until the backfill is drained. Owns the requested backfills, and the claims: the parts of gaps that wait
 * for a backfill. Runs on the stream's thread.
 */
final class BackfillSteps {
    /**
     * A post that was created longer than this before the connect came by backfill, because X delivers live posts at
     * most 25 s late.
     */
    private static final Duration SURELY_BACKFILLED = Duration.ofSeconds(30);

    /**
     * How long before and after the connect a post may have been created, to be counted for a gap. A backfill reaches
     * back 5 minutes; the rest allows for the error of this machine's clock.
     */
    private static final Duration COUNTED = Duration.ofMinutes(15);

    private final XClock x;
    private final Duration overlap;
    private final Entitlement entitlement;
    private final OpenGaps gaps;
    private final Map<Integer, Recovery.Backfill> asked = new HashMap<>();
    private final Map<Integer, Drain> drains = new HashMap<>();
    /**
     * The drains of connections that ended before their backfill was drained. Some posts of these connections may still
     * be on their way to the handler.
     */
    private final List<Drain> tails = new ArrayList<>();

    /**
     * A connection that is not drained yet: when it was opened, the backfill that its connect requested (empty if there
     * was no backfill), and the parts of gaps that this backfill is to recover.
     */
    private record Drain(Instant connectedAt, Optional<Recovery.Backfill> backfill, List<Claim> claims) {
        boolean isSettled() {
            return backfill.map(it -> it.source().isSettled()).orElse(true);
        }
    }

    BackfillSteps(XClock x, Duration overlap, Entitlement entitlement, OpenGaps gaps) {
        this.x = x;
        this.overlap = overlap;
        this.entitlement = entitlement;
        this.gaps = gaps;
    }

    /**
     * Returns the backfill that the next connect of a connection requests. Empty if there is no outage, if the account
     * may not use backfill, or if no gap that a backfill can recover has an uncovered span.
     */
    Optional<Recovery.Backfill> ask(int connection, boolean outage, Instant now) {
        asked.remove(connection);
        if (!outage) return Optional.empty();
        List<Span> uncovered =
                gaps.backfillable().flatMap(gap -> gap.uncovered().stream()).toList();
        OptionalInt minutes = RecoveryPlanner.backfillMinutes(uncovered, overlap, entitlement.abilities(now), now);
        if (minutes.isEmpty()) return Optional.empty();
        Source source =
                new Source(Origin.BACKFILL, new Pin(now.minus(COUNTED), now.plus(COUNTED)), neededFrom(uncovered));
        Recovery.Backfill backfill = new Recovery.Backfill(minutes.getAsInt(), source);
        asked.put(connection, backfill);
        return Optional.of(backfill);
    }

    /**
     * Returns the creation time of the first post of a backfill that the next process would need if this one ended now. The
     * next gap begins an overlap earlier. So it begins where the oldest of the present gaps does, however often a process
     * ends before its backfill is handled.
     */
    private Instant neededFrom(List<Span> uncovered) {
        Instant oldest = uncovered.get(0).from();
        for (Span span : uncovered) oldest = Span.earlier(oldest, span.from());
        return oldest.plus(overlap);
    }

    /**
     * Returns whether the last connect of a connection requested a backfill. The gaps may have changed since, so {@link
     * #ask} might return another result now.
     */
    boolean hasAsked(int connection) {
        return asked.containsKey(connection);
    }

    void connected(int connection, Instant now) {
        Optional<Recovery.Backfill> backfill = Optional.ofNullable(asked.get(connection));
        List<Claim> claims = backfill.map(it -> claims(it.minutes(), now)).orElse(List.of());
        drains.put(connection, new Drain(now, backfill, claims));
    }

    private List<Claim> claims(int minutes, Instant now) {
        Span reached = RecoveryPlanner.backfilled(minutes, overlap, now);
        List<Claim> claims = new ArrayList<>();
        for (Gap gap : gaps.backfillable().toList()) {
            Gap claimed = gap;
            for (Span part : gap.uncovered()) {
                Optional<Span> common = part.common(reached);
                if (common.isEmpty()) continue;
                Step step = new Step(RecoveryMethod.BACKFILL, common.get(), now);
                claims.add(new Claim(gap.id(), step));
                claimed = GapChanges.with(
                        claimed,
                        StepRun.of(step)
                                .with(
                                        StepRun.State.RUNNING,
                                        minutes == 1 ? "1 minute requested" : minutes + " minutes requested"));
            }
            if (claimed != gap) gaps.keep(claimed);
        }
        return List.copyOf(claims);
    }

    /**
     * Handles the end of a connection. If its backfill was not drained, the running steps of that backfill are removed
     * from their gaps, so the gaps stay open and their spans are planned again.
     */
    void ended(int connection) {
        Drain undrained = drains.remove(connection);
        if (undrained == null) return;
        for (Claim claim : undrained.claims()) {
            Gap gap = gaps.get(claim.gapId());
            if (gap != null) gaps.keep(GapChanges.withoutRunning(gap, claim.step()::equals));
        }
        if (!undrained.claims().isEmpty()) tails.add(undrained);
    }

    void step(List<Recovery.LiveConnection> all) {
        for (Recovery.LiveConnection live : all) {
            Drain drain = drains.get(live.connection());
            if (drain == null) continue;
            tally(drain);
            if (!isDrained(live, drain)) continue;
            drains.remove(live.connection());
            drain.backfill().ifPresent(it -> drained(live, drain, it.source()));
        }
        for (Drain tail : List.copyOf(tails)) {
            if (!tail.isSettled()) continue;
            tails.remove(tail);
            tail.backfill().ifPresent(it -> creditAll(tail, it.source()));
        }
    }

    /**
     * Adds the posts that all backfills have delivered so far to their gaps. Called when the stream has ended, so this
     * is the last count. For an ended connection, the posts that are acknowledged count, even if others are still on
     * their way to the handler.
     */
    void tally() {
        drains.values().forEach(this::tally);
        for (Drain tail : tails) tail.backfill().ifPresent(it -> creditAll(tail, it.source()));
        tails.clear();
    }

    /**
     * Updates the counts of the running steps of one backfill. If the backfill recovers several parts of a gap, the
     * posts of that gap are counted at the first part only.
     */
    private void tally(Drain drain) {
        Set<Long> tallied = new HashSet<>();
        for (Claim claim : drain.claims()) {
            Gap gap = gaps.get(claim.gapId());
            if (gap == null || !tallied.add(gap.id()) || drain.backfill().isEmpty()) continue;
            Source source = drain.backfill().get().source();
            gaps.progressed(
                    gap.id(), claim.step(), source.acknowledgedWithin(pin(gap)), source.duplicatesWithin(pin(gap)));
        }
    }

    private void creditAll(Drain drain, Source source) {
        for (Gap gap : gaps.all()) credit(gap, drain, source);
    }

    /**
     * Adds to a gap the posts of a backfill that were created within the span of the gap, even if no step of that gap
     * requested them.
     */
    private void credit(Gap gap, Drain drain, Source source) {
        long fresh = source.acknowledgedWithin(pin(gap));
        long duplicates = source.duplicatesWithin(pin(gap));
        if (fresh + duplicates == 0) return;
        Step step = new Step(RecoveryMethod.BACKFILL, gap.span(), drain.connectedAt());
        gaps.keep(GapChanges.cut(gap, step, fresh, duplicates));
    }

    private static Pin pin(Gap gap) {
        return new Pin(gap.span().from(), gap.span().until());
    }

    /**
     * Returns whether posts of an ended connection's backfill are still on their way to the handler. These posts may
     * belong to any gap.
     */
    boolean isSettling() {
        return !tails.isEmpty();
    }

    boolean isIdle() {
        return drains.isEmpty() && tails.isEmpty();
    }

    /**
     * Returns whether a backfill is drained. Three conditions must hold for its connection. A signal has arrived at
     * least one overlap after the connect. A keep-alive has arrived that late, too, or any post that was created after
     * the connect. All posts of the backfill are acknowledged, dropped or dead-lettered.
     */
    private boolean isDrained(Recovery.LiveConnection live, Drain drain) {
        Instant settledAt = drain.connectedAt().plus(overlap);
        if (x.ofSignal(live.lastSignalAt()).isBefore(settledAt)) return false;
        boolean keptAlive = !live.lastKeepAliveAt().equals(Instant.MIN)
                && !x.ofSignal(live.lastKeepAliveAt()).isBefore(settledAt);
        boolean newPost = live.newestPostAt().isAfter(drain.connectedAt());
        return (keptAlive || newPost) && drain.isSettled();
    }

    private void drained(Recovery.LiveConnection live, Drain drain, Source source) {
        if (live.oldestPostAt().isBefore(drain.connectedAt().minus(SURELY_BACKFILLED))) entitlement.backfillSeen();
        StepRun.State verdict = verdict(source.received() > 0);
        Set<Long> credited = new HashSet<>();
        for (Claim claim : drain.claims()) {
            Gap gap = gaps.get(claim.gapId());
            if (gap == null) continue;
            for (StepRun run : gap.steps()) {
                if (run.state() != StepRun.State.RUNNING || !run.step().equals(claim.step())) continue;
                boolean first = credited.add(gap.id());
                long fresh = first ? source.acknowledgedWithin(pin(gap)) : 0;
                long duplicates = first ? source.duplicatesWithin(pin(gap)) : 0;
                gaps.keep(
                        gap,
                        GapChanges.counting(run, 0, 0)
                                .withPass(fresh, duplicates)
                                .with(verdict, run.note() + why(verdict)));
            }
        }
        for (Gap gap : gaps.all()) if (!credited.contains(gap.id())) credit(gap, drain, source);
    }

    private static String why(StepRun.State verdict) {
        return verdict == StepRun.State.FAILED
                ? "; X sent nothing that proves that backfill works for this account, so the next method follows"
                : "";
    }

    /**
     * Returns the state of a step whose backfill is drained. The step fails, unless the access, or an old post that has
     * arrived on a connect, proves that X backfills for this account. Without such a proof, X may have ignored {@code
     * backfill_minutes}, or the rules may match few posts.
     *
     * @param brought whether the backfill has delivered any post
     */
    private StepRun.State verdict(boolean brought) {
        if (!entitlement.isProven()) return StepRun.State.FAILED;
        return brought ? StepRun.State.DONE : StepRun.State.DONE_UNPROVEN;
    }
}
