package io.gapless.recovery;

import io.gapless.recovery.ledger.Gap;
import io.gapless.recovery.ledger.Gap.Verdict;
import io.gapless.recovery.ledger.Span;
import io.gapless.stream.event.Disconnection;
import io.gapless.stream.spi.Recovery;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Handles a second connection beside the first. If one connection ends, the other one covers the gap, as soon as a
 * signal of the other one has arrived after the gap's end. If X does not allow this account a second connection, X
 * refuses the second connection, or ends the first one when the second one opens. Owns the gaps that are not certainly
 * covered yet, and the counts of refusals and endings. Runs on the stream's thread.
 */
final class SecondConnection {
    private static final int REFUSALS_MAX = 3;

    private final XClock x;
    private final Duration overlap;
    private final Entitlement entitlement;
    private final OpenGaps gaps;

    private final Map<Integer, Instant> connectedAt = new HashMap<>();
    private final List<Cover> covers = new ArrayList<>();
    /** The connection, 1 or 2, of the last connect that was made beside a live connection. */
    private int askedConnection;
    /** The time of the last connect that was made beside a live connection, in X's time. */
    private Instant askedAt = Instant.EPOCH;

    private int evictions;
    private int refusals;

    /** A gap that counts as covered once a signal of the connection {@code by} has arrived after the gap's end. */
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
     * the stream. X may still count a connection that has ended. So a refusal because all connections are taken counts
     * only when it is repeated.
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
     * connect may have caused the end. One such end may be a coincidence, so two in a row count as a refusal.
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

    /** Returns whether a connection has come up in this process. */
    boolean hasSeen(int connection) {
        return connectedAt.containsKey(connection);
    }

    /**
     * Notes that the frontier was moved back. The connections that were up before it stay so: otherwise, no signal of them
     * would move it on.
     */
    void frontierMovedBack(Instant from, Instant to) {
        connectedAt.replaceAll((connection, since) -> since.isAfter(from) ? since : Span.earlier(since, to));
    }

    /** Returns whether a connection came up after a moment. A connection covers nothing from before it was up. */
    boolean cameAfter(Instant moment, int connection, Instant now) {
        return connectedAt.getOrDefault(connection, now).isAfter(moment);
    }

    /**
     * Handles what one connection missed while the connection {@code by} is up. The other connection has ended, or had
     * unreadable lines. If {@code by} was up at the last signal of the other connection, no gap opens. The missed span
     * is closed as a covered gap once a signal of {@code by} has arrived after its end. If {@code by} came up later, a
     * gap opens. It reaches from the last signal to the moment at which {@code by} came up, with the overlap on both
     * sides.
     *
     * @param lastSignal the last signal of the other connection, in X's time
     * @return when {@code by} came up, if a gap opens; from then on, {@code by} alone moves the frontier; empty if no
     *     gap opens
     */
    Optional<Instant> cover(int by, Instant lastSignal, String cause, Instant now, boolean slowReader) {
        Instant from = lastSignal.minus(overlap);
        if (cameAfter(lastSignal, by, now)) {
            Instant since = connectedAt.getOrDefault(by, now);
            Span both = new Span(from, since.plus(overlap));
            gaps.open(GapChanges.reconnected(gaps.number(both, lastSignal, cause, now, slowReader), since, both));
            return Optional.of(since);
        }
        Span span = new Span(from, now.plus(overlap));
        covers.add(new Cover(gaps.number(span, lastSignal, cause, now, slowReader), by));
        return Optional.empty();
    }

    /**
     * Handles the end of a connection that was to cover gaps of the other connection. The ended connection has covered
     * these gaps only up to its own last signal. If the other connection was up again by then, it covers what comes later.
     * Otherwise the end of this connection opens a gap, which begins as early and reaches further.
     *
     * @param ended the ended connection
     * @param lastSignal its last signal, in X's time
     * @param other the connection that was up at this signal, and still is; empty if there is none
     */
    void uncover(int ended, Instant lastSignal, Optional<Integer> other) {
        for (Cover cover : List.copyOf(covers)) {
            Gap gap = cover.gap();
            if (cover.by() != ended || lastSignal.isAfter(gap.span().until())) continue;
            covers.remove(cover);
            other.ifPresent(by -> covers.add(new Cover(gap, by)));
        }
    }

    void step(List<Recovery.LiveConnection> all, Instant now) {
        if (all.size() > 1 && now.isAfter(askedAt.plus(Entitlement.EVICTED_WITHIN))) {
            entitlement.secondAccepted();
        }
        for (Recovery.LiveConnection live : all) {
            for (Cover cover : List.copyOf(covers)) {
                if (cover.by() != live.connection()) continue;
                if (!x.ofSignal(live.lastSignalAt()).isAfter(cover.gap().span().until())) continue;
                covers.remove(cover);
                evictions = 0;
                refusals = 0;
                gaps.close(GapChanges.closed(cover.gap(), Verdict.COVERED, now));
            }
        }
    }

    boolean isIdle() {
        return covers.isEmpty();
    }
}
