package io.gapless.recovery;

import io.gapless.stream.Recovery;
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

    private final XClock x;
    private final Duration overlap;
    private final Entitlement entitlement;
    private final OpenGaps gaps;
    private final Map<Integer, OptionalInt> asked = new HashMap<>();
    private final Map<Integer, Drain> drains = new HashMap<>();

    /** A connection whose backlog has not been drained yet, and what that is to bring. */
    private record Drain(Instant connectedAt, OptionalInt minutes, List<Claim> claims) {}

    /** A part of a gap that counts as being backfilled. */
    private record Claim(long gapId, Step step) {}

    BackfillSteps(XClock x, Duration overlap, Entitlement entitlement, OpenGaps gaps) {
        this.x = x;
        this.overlap = overlap;
        this.entitlement = entitlement;
        this.gaps = gaps;
    }

    /** What the connect that is about to be made shall ask for; only an outage is backfilled. */
    OptionalInt ask(int connection, boolean outage, Instant now) {
        OptionalInt minutes = outage ? minutes(now) : OptionalInt.empty();
        asked.put(connection, minutes);
        return minutes;
    }

    private OptionalInt minutes(Instant now) {
        List<Span> uncovered =
                gaps.backfillable().flatMap(gap -> gap.uncovered().stream()).toList();
        return RecoveryPlanner.backfillMinutes(uncovered, overlap, entitlement.abilities(now), now);
    }

    /** What the connect has asked for, which is not what we would ask for now. */
    OptionalInt asked(int connection) {
        return asked.getOrDefault(connection, OptionalInt.empty());
    }

    void connected(int connection, Instant now) {
        OptionalInt minutes = asked(connection);
        List<Claim> claims = minutes.isPresent() ? claims(minutes.getAsInt(), now) : List.of();
        drains.put(connection, new Drain(now, minutes, claims));
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
    }

    void step(List<Recovery.LiveConnection> all) {
        for (Recovery.LiveConnection live : all) {
            Drain drain = drains.get(live.connection());
            if (drain == null || !isDrained(live, drain)) continue;
            drains.remove(live.connection());
            if (drain.minutes().isPresent()) drained(live, drain);
        }
    }

    boolean isIdle() {
        return drains.isEmpty();
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
        return (keptAlive || newPost) && live.backfilled().isSettled();
    }

    private void drained(Recovery.LiveConnection live, Drain drain) {
        if (live.oldestPostAt().isBefore(drain.connectedAt().minus(SURELY_BACKFILLED))) entitlement.backfillSeen();
        long fresh = live.backfilled().acknowledged();
        long duplicates = live.backfilled().duplicates();
        StepRun.State verdict = verdict(fresh + duplicates > 0);
        for (Claim claim : drain.claims()) {
            Gap gap = gaps.get(claim.gapId());
            if (gap == null) continue;
            for (StepRun run : gap.steps()) {
                if (!run.step().equals(claim.step())) continue;
                gaps.keep(gap, run.withPass(fresh, duplicates).with(verdict, run.note() + why(verdict)));
                // Which post belongs to which gap is not told apart.
                fresh = 0;
                duplicates = 0;
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
