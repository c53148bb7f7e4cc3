package io.gapless.recovery;

import io.gapless.stream.Disconnection;
import io.gapless.stream.Recovery;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What it means that a second connection is kept beside the first: an ending of one is covered by the other, once that
 * has given a signal after all that may be missing; and X may not want a second one, which it says, or shows by ending
 * the first. Owner of the covers that are not certain yet, and of the counts that teach us; on the stream's thread.
 */
final class SecondConnection {
    private static final int REFUSALS_MAX = 3;

    private final XClock x;
    private final Duration overlap;
    private final Entitlement entitlement;
    private final OpenGaps gaps;

    private final Map<Integer, Instant> connectedAt = new HashMap<>();
    private final List<Cover> covers = new ArrayList<>();
    /** Which connect was the last one beside a live connection, and when. */
    private int askedConnection;

    private Instant askedAt = Instant.EPOCH;
    private int evictions;
    private int refusals;

    /** An ending that the other connection may cover: known once that has given a signal after the gap. */
    private record Cover(Gap gap, int by) {}

    SecondConnection(XClock x, Duration overlap, Entitlement entitlement, OpenGaps gaps) {
        this.x = x;
        this.overlap = overlap;
        this.entitlement = entitlement;
        this.gaps = gaps;
    }

    /** A connect is about to be made beside a live connection. */
    void asked(int connection, Instant now) {
        askedConnection = connection;
        askedAt = now;
    }

    void connected(int connection, Instant now) {
        connectedAt.put(connection, now);
    }

    /** Beside a live connection no refusal is fatal. The slot may be a zombie's; refused again, it is not ours. */
    boolean isGivenUp(Disconnection.Refused how) {
        boolean forGood = how.answer().isByX() && (how.status() == 400 || how.status() == 403);
        boolean taken = how.problem().isNamed("TooManyConnections");
        if (!forGood && !(taken && ++refusals >= REFUSALS_MAX)) return false;
        giveUp(how.describe());
        return true;
    }

    /** Where X allows one connection only, a second one may end the first. Once may be chance. */
    void noticeEviction(int ended, Instant now) {
        if (ended == askedConnection || now.isAfter(askedAt.plus(Entitlement.EVICTED_WITHIN))) return;
        if (++evictions < Entitlement.EVICTIONS_MAX) return;
        evictions = 0;
        giveUp("X ended one connection each time that a second one was opened");
    }

    private void giveUp(String why) {
        refusals = 0;
        entitlement.secondRefused(why);
    }

    /** Whether a connection has come up only after a moment: what was missed before is a gap, then. */
    boolean cameAfter(Instant moment, int connection, Instant now) {
        return connectedAt.getOrDefault(connection, now).isAfter(moment);
    }

    /**
     * An ending beside the connection {@code by}, which covers it from when that was up on.
     *
     * @return from when on {@code by} alone will tell, if what was before is a gap now
     */
    Optional<Instant> cover(int by, Instant lastSignal, String cause, Instant now, boolean slowReader) {
        Instant from = lastSignal.minus(overlap);
        if (cameAfter(lastSignal, by, now)) {
            Instant since = connectedAt.getOrDefault(by, now);
            Span both = new Span(from, since.plus(overlap));
            gaps.open(gaps.number(both, lastSignal, cause, now, slowReader).reconnected(since, both));
            return Optional.of(since);
        }
        Span span = new Span(from, now.plus(overlap));
        covers.add(new Cover(gaps.number(span, lastSignal, cause, now, slowReader), by));
        return Optional.empty();
    }

    /**
     * What an ended connection was to cover for the other one, it covers only up to its own last signal.
     *
     * @param gapOpens whether its own ending opens a gap, which begins as early, and reaches further
     */
    void uncover(int ended, Instant lastSignal, boolean gapOpens) {
        for (Cover cover : List.copyOf(covers)) {
            Gap gap = cover.gap();
            if (cover.by() != ended || lastSignal.isAfter(gap.span().until())) continue;
            covers.remove(cover);
            if (gapOpens) continue;
            Instant from = Span.later(gap.span().from(), lastSignal.minus(overlap));
            Span.between(from, gap.span().until())
                    .ifPresent(span ->
                            gaps.open(gaps.number(span, lastSignal, gap.cause(), gap.detectedAt(), gap.slowReader())
                                    .reconnected(span.until(), span)));
        }
    }

    void step(List<Recovery.LiveConnection> all, Instant now) {
        if (all.size() > 1 && now.isAfter(askedAt.plus(Entitlement.EVICTED_WITHIN))) {
            entitlement.secondAccepted();
        }
        for (Recovery.LiveConnection live : all) {
            for (Cover cover : List.copyOf(covers)) {
                if (cover.by() != live.connection()) continue;
                if (!x.of(live.lastSignalAt()).isAfter(cover.gap().span().until())) continue;
                covers.remove(cover);
                evictions = 0;
                refusals = 0;
                gaps.close(cover.gap().closed(Verdict.COVERED, now));
            }
        }
    }

    boolean isIdle() {
        return covers.isEmpty();
    }
}
