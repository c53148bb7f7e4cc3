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
 * Handles a second connection beside the first. If one of them ends, the other one covers the gap, once it has given a
 * signal after the gap's end. X may also not allow a second connection: it refuses it, or shows it by ending the first.
 * Owns the covers that are not certain yet, and the counts of refusals and endings. Runs on the stream's thread.
 */
final class SecondConnection {
    private static final int REFUSALS_MAX = 3;

    private final XClock x;
    private final Duration overlap;
    private final Entitlement entitlement;
    private final OpenGaps gaps;

    private final Map<Integer, Instant> connectedAt = new HashMap<>();
    private final List<Cover> covers = new ArrayList<>();
    /** The last connect that was made beside a live connection; {@code askedAt} is its time. */
    private int askedConnection;

    private Instant askedAt = Instant.EPOCH;
    private int evictions;
    private int refusals;

    /** A gap that the other connection covers, once that has given a signal after the gap. */
    private record Cover(Gap gap, int by) {}

    SecondConnection(XClock x, Duration overlap, Entitlement entitlement, OpenGaps gaps) {
        this.x = x;
        this.overlap = overlap;
        this.entitlement = entitlement;
        this.gaps = gaps;
    }

    /** Notes that a connect is about to be made beside a live connection. */
    void asked(int connection, Instant now) {
        askedConnection = connection;
        askedAt = now;
    }

    void connected(int connection, Instant now) {
        connectedAt.put(connection, now);
    }

    /**
     * Returns whether a refusal shows that X allows no second connection. A refusal beside a live connection never ends
     * the stream. A slot may still be held by a connection that has ended, so only repeated refusals of that kind
     * count.
     */
    boolean isGivenUp(Disconnection.Refused how) {
        boolean forGood = how.answer().isByX() && (how.status() == 400 || how.status() == 403);
        boolean taken = how.problem().isNamed("TooManyConnections");
        if (!forGood && !(taken && ++refusals >= REFUSALS_MAX)) return false;
        giveUp(how.describe());
        return true;
    }

    /**
     * Handles the end of a connection right after a connect was made beside it. If X allows only one connection, the
     * connect may have caused the end. One such end may be chance.
     */
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

    /** Returns whether a connection came up after a moment. It covers nothing from before it was up. */
    boolean cameAfter(Instant moment, int connection, Instant now) {
        return connectedAt.getOrDefault(connection, now).isAfter(moment);
    }

    /**
     * Handles the end of a connection beside the connection {@code by}, which covers the time since it was up. If it
     * was not up at the last signal, a gap opens for the time before.
     *
     * @return when {@code by} came up, if a gap opens; from then on, {@code by} alone moves the frontier
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
     * Cuts what an ended connection was to cover for the other one to its own last signal.
     *
     * @param ended the ended connection
     * @param lastSignal its last signal, in X's time
     * @param gapOpens whether its own end opens a gap, which begins as early and reaches further
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
