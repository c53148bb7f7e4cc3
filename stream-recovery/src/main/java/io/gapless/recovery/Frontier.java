package io.gapless.recovery;

import io.gapless.recovery.ledger.Span;
import io.gapless.recovery.state.Change;
import io.gapless.stream.spi.Recovery;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * Holds the frontier: the last signal of a live connection, in X's time. Everything before the frontier has been
 * received, or is accounted for in the ledger. The frontier is stored every 5 s. Owns the frontier. Runs on the
 * stream's thread.
 */
final class Frontier {
    static final Duration KEPT_EVERY = Duration.ofSeconds(5);

    private final Recovery.Host host;
    private final XClock x;
    private final StateWriter writer;
    private Optional<Instant> at;
    /** When the frontier is to be stored next, by the monotonic clock, since X's time may be corrected. */
    private long keepNanos;

    Frontier(Recovery.Host host, XClock x, StateWriter writer, Optional<Instant> known) {
        this.host = host;
        this.x = x;
        this.writer = writer;
        this.at = known;
        this.keepNanos = host.time().nanoTime();
    }

    /** Returns the frontier; empty before the first signal of a state directory. */
    Optional<Instant> at() {
        return at;
    }

    /**
     * Moves the frontier to the latest signal of the given connections. Each of them must have been up at the frontier,
     * because a connection proves nothing about the time before it was up.
     */
    void step(List<Recovery.LiveConnection> all) {
        for (Recovery.LiveConnection live : all) move(x.ofSignal(live.lastSignalAt()));
        if (host.time().nanoTime() - keepNanos >= 0) keep();
    }

    /**
     * Sets the frontier to the end of an outage, because the outage itself is in the ledger as a gap. The frontier may
     * move back: X has just reported its time, and the time that was assumed before may have been too late.
     */
    void resume(Instant now) {
        at = Optional.of(now);
        keep();
    }

    /** Moves the frontier back, because X's answers have shown that the signals came earlier than was assumed. */
    void moveBack(Duration by) {
        at = at.map(known -> known.minus(by));
        keep();
    }

    void move(Instant signal) {
        at = Optional.of(at.map(known -> Span.later(known, signal)).orElse(signal));
    }

    /**
     * Queues the frontier, and the creation time of the oldest unacknowledged post, for the next commit. Called every 5
     * s, and at once when a later gap or the next start relies on this frontier.
     */
    void keep() {
        if (at.isEmpty()) return;
        keepNanos = host.time().nanoTime() + KEPT_EVERY.toNanos();
        writer.remember(new Change.Frontier(at.get(), host.oldestUnacknowledged(at.get())));
    }
}
