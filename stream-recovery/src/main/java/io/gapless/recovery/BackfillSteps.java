package io.gapless.recovery;

import io.gapless.stream.Origin;
import io.gapless.stream.Recovery;
import io.gapless.stream.Source;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * Steps by backfill: what a connect asks for counts as being fetched until the connection's backlog is drained. Owner of
 * what each connect has asked for, and of the claims that hang on it; on the stream's thread.
 */
final class BackfillSteps {
    /** What a backfill alone can have brought: live posts come up to 25 s late. */
    private static final Duration SURELY_BACKFILLED = Duration.ofSeconds(30);

    /** A connect is answered within so long, or was not one: longer than any {@code headerTimeout}. */
    private static final Duration ANSWERED_WITHIN = Duration.ofHours(1);

    private final XClock x;
    private final Duration overlap;
    private final Entitlement entitlement;
    private final OpenGaps gaps;
    private final Map<Integer, Asked> asked = new HashMap<>();
    private final Map<Integer, Drain> drains = new HashMap<>();
    /** Of connections that ended too early: posts of theirs are still on their way to the handler. */
    private final List<Drain> tails = new ArrayList<>();

    /** What a connect asks for, and which parts of which gaps that is to bring. */
    private record Asked(Recovery.Backfill backfill, List<Part> parts) {
        /** The posts of a gap that came, each counted for the gap whose span holds it. */
        Brought brought(Part part) {
            int i = parts.indexOf(part);
            return new Brought(
                    backfill.source().acknowledgedWithin(i), backfill.source().duplicatesWithin(i));
        }
    }

    /** What was uncovered of a gap when the connect was made. */
    private record Part(long gapId, Span span) {}

    private record Brought(long fresh, long duplicates) {}

    /** A connection whose backlog has not been drained yet, and what that is to bring. */
    private record Drain(Instant connectedAt, Optional<Asked> asked, List<Claim> claims) {}

    /** A part of a gap that counts as being backfilled. */
    private record Claim(long gapId, Step step) {}

    BackfillSteps(XClock x, Duration overlap, Entitlement entitlement, OpenGaps gaps) {
        this.x = x;
        this.overlap = overlap;
        this.entitlement = entitlement;
        this.gaps = gaps;
    }

    /** What the connect that is about to be made shall ask for; only an outage is backfilled. */
    Optional<Recovery.Backfill> ask(int connection, boolean outage, Instant now) {
        asked.remove(connection);
        List<Part> parts = gaps.backfillable()
                .flatMap(gap -> gap.uncovered().stream().map(span -> new Part(gap.id(), reaching(gap, span, now))))
                .toList();
        List<Span> uncovered =
                gaps.backfillable().flatMap(gap -> gap.uncovered().stream()).toList();
        OptionalInt minutes = outage
                ? RecoveryPlanner.backfillMinutes(uncovered, overlap, entitlement.abilities(now), now)
                : OptionalInt.empty();
        if (minutes.isEmpty()) return Optional.empty();
        List<Recovery.Pin> spans = parts.stream()
                .map(part -> new Recovery.Pin(part.span().from(), part.span().until()))
                .toList();
        Recovery.Backfill backfill = new Recovery.Backfill(minutes.getAsInt(), new Source(Origin.BACKFILL, spans));
        asked.put(connection, new Asked(backfill, parts));
        return Optional.of(backfill);
    }

    /** The outage that lasts reaches up to the connect, whenever that is. */
    private static Span reaching(Gap gap, Span span, Instant now) {
        boolean last =
                gap.reconnectedAt().isEmpty() && span.until().equals(gap.span().until());
        return last ? new Span(span.from(), Span.later(span.until(), now.plus(ANSWERED_WITHIN))) : span;
    }

    /** What the connect has asked for, which is not what we would ask for now. */
    boolean hasAsked(int connection) {
        return asked.containsKey(connection);
    }

    void connected(int connection, Instant now) {
        Optional<Asked> backfill = Optional.ofNullable(asked.get(connection));
        List<Claim> claims =
                backfill.map(it -> claims(it.backfill().minutes(), now)).orElse(List.of());
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
                claimed = claimed.with(StepRun.of(step)
                        .with(
                                StepRun.State.RUNNING,
                                minutes == 1 ? "1 minute asked for" : minutes + " minutes asked for"));
            }
            if (claimed != gap) gaps.keep(claimed);
        }
        return List.copyOf(claims);
    }

    /** A connection that has died before its backlog was drained closes nothing. */
    void ended(int connection) {
        Drain undrained = drains.remove(connection);
        if (undrained == null) return;
        for (Claim claim : undrained.claims()) {
            Gap gap = gaps.get(claim.gapId());
            if (gap != null) gaps.keep(gap.withoutRunning(claim.step()::equals));
        }
        if (!undrained.claims().isEmpty()) tails.add(undrained);
    }

    void step(List<Recovery.LiveConnection> all) {
        for (Recovery.LiveConnection live : all) {
            Drain drain = drains.get(live.connection());
            if (drain == null || !isDrained(live, drain)) continue;
            drains.remove(live.connection());
            drain.asked().ifPresent(it -> drained(live, drain, it));
        }
        for (Drain tail : List.copyOf(tails)) {
            if (!isSettled(tail)) continue;
            tails.remove(tail);
            tail.asked().ifPresent(it -> credit(tail, it));
        }
    }

    private static boolean isSettled(Drain drain) {
        return drain.asked().map(it -> it.backfill().source().isSettled()).orElse(true);
    }

    /** What came before the connection ended counts, too. */
    private void credit(Drain tail, Asked it) {
        for (Claim claim : tail.claims()) {
            Gap gap = gaps.get(claim.gapId());
            Optional<Part> part = first(claim, tail, it);
            if (gap == null || part.isEmpty()) continue;
            Brought brought = it.brought(part.get());
            gaps.keep(gap.cut(claim.step(), brought.fresh(), brought.duplicates()));
        }
    }

    /** The part that a claim takes its posts from, if no claim before it does. */
    private static Optional<Part> first(Claim claim, Drain drain, Asked it) {
        Optional<Part> part = part(claim, it);
        boolean first = drain.claims().stream()
                .filter(other -> part(other, it).equals(part))
                .findFirst()
                .filter(claim::equals)
                .isPresent();
        return first ? part : Optional.empty();
    }

    private static Optional<Part> part(Claim claim, Asked it) {
        return it.parts().stream()
                .filter(part -> part.gapId() == claim.gapId())
                .filter(part -> part.span().contains(claim.step().span().from()))
                .findFirst();
    }

    /** Whether posts of a gap, of a connection that has ended, are still on their way to the handler. */
    boolean isSettling(Gap gap) {
        return tails.stream().flatMap(tail -> tail.claims().stream()).anyMatch(claim -> claim.gapId() == gap.id());
    }

    boolean isIdle() {
        return drains.isEmpty() && tails.isEmpty();
    }

    /**
     * A backfill is drained when, an overlap after the connect, a keep-alive or a post created after the connect has
     * come on the same connection, and all that it brought is acknowledged.
     */
    private boolean isDrained(Recovery.LiveConnection live, Drain drain) {
        Instant settledAt = drain.connectedAt().plus(overlap);
        if (x.of(live.lastSignalAt()).isBefore(settledAt)) return false;
        boolean keptAlive = !live.lastKeepAliveAt().equals(Instant.MIN)
                && !x.of(live.lastKeepAliveAt()).isBefore(settledAt);
        boolean newPost = live.newestPostAt().isAfter(drain.connectedAt());
        return (keptAlive || newPost) && isSettled(drain);
    }

    private void drained(Recovery.LiveConnection live, Drain drain, Asked it) {
        if (live.oldestPostAt().isBefore(drain.connectedAt().minus(SURELY_BACKFILLED))) entitlement.backfillSeen();
        StepRun.State verdict = verdict(it.backfill().source().received() > 0);
        for (Claim claim : drain.claims()) {
            Gap gap = gaps.get(claim.gapId());
            if (gap == null) continue;
            Brought brought = first(claim, drain, it).map(it::brought).orElse(new Brought(0, 0));
            for (StepRun run : gap.steps()) {
                if (run.state() != StepRun.State.RUNNING || !run.step().equals(claim.step())) continue;
                gaps.keep(
                        gap,
                        run.withPass(brought.fresh(), brought.duplicates()).with(verdict, run.note() + why(verdict)));
            }
        }
    }

    private static String why(StepRun.State verdict) {
        return verdict == StepRun.State.FAILED
                ? "; nothing that came shows that X has really backfilled, so it is asked for another way"
                : "";
    }

    /** A quiet rule and a parameter that is ignored look alike, unless X has shown that it backfills. */
    private StepRun.State verdict(boolean brought) {
        if (!entitlement.isProven()) return StepRun.State.FAILED;
        return brought ? StepRun.State.DONE : StepRun.State.DONE_UNPROVEN;
    }
}
