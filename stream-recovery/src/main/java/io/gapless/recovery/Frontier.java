package io.gapless.recovery;

import io.gapless.recovery.state.Change;
import io.gapless.stream.Recovery;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * Holds the frontier: the last signal of a live connection, in X's time. Everything before it has been received, or is
 * accounted for in the ledger. The frontier is remembered every 5 s. Owns the frontier. Runs on the stream's thread.
 */
final class Frontier {
    static final Duration KEPT_EVERY = Duration.ofSeconds(5);

    private final Recovery.Host host;
    private final XClock x;
    private final StateWriter writer;
    private Optional<Instant> at;
    private Instant keepAt = Instant.MIN;

    Frontier(Recovery.Host host, XClock x, StateWriter writer, Optional<Instant> known) {
        this.host = host;
        this.x = x;
        this.writer = writer;
        this.at = known;
    }

    /** Returns the frontier; empty before the first signal of a state directory. */
    Optional<Instant> at() {
        return at;
    }

    /** Moves the frontier to the last signals of connections that were up at the frontier. */
    void step(List<Recovery.LiveConnection> all, Instant now) {
        for (Recovery.LiveConnection live : all) move(x.of(live.lastSignalAt()));
        if (!now.isBefore(keepAt)) keep(now);
    }

    /**
     * Moves the frontier to the end of an outage, which has its gap. It may move back, because X has just reported its
     * time and the time assumed before may be too late.
     */
    void resume(Instant now) {
        at = Optional.of(now);
        keep(now);
    }

    void move(Instant signal) {
        at = Optional.of(at.map(known -> Span.later(known, signal)).orElse(signal));
    }

    /** Remembers the frontier at once, because what follows relies on it. */
    void keep(Instant now) {
        if (at.isEmpty()) return;
        keepAt = now.plus(KEPT_EVERY);
        writer.remember(new Change.Frontier(at.get(), host.oldestUnacknowledged(at.get())));
    }
}
