package io.gapless.recovery;

import io.gapless.recovery.state.Change;
import io.gapless.stream.Recovery;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * The last signal of a live connection, in X's time: nothing before it is missing but what lies in the open gaps. It
 * is remembered every 5 s. Owner of that moment; on the stream's thread.
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

    /** Empty before the first signal of a state directory. */
    Optional<Instant> at() {
        return at;
    }

    /** The connections are those that were there before it. */
    void step(List<Recovery.LiveConnection> all, Instant now) {
        for (Recovery.LiveConnection live : all) move(x.of(live.lastSignalAt()));
        if (!now.isBefore(keepAt)) keep(now);
    }

    /** An outage has ended, which lies in its gap. X has just told the time: what we thought before may be too late. */
    void resume(Instant now) {
        at = Optional.of(now);
        keep(now);
    }

    void move(Instant signal) {
        at = Optional.of(at.map(known -> Span.later(known, signal)).orElse(signal));
    }

    /** Has it remembered at once, since what comes next counts on it. */
    void keep(Instant now) {
        if (at.isEmpty()) return;
        keepAt = now.plus(KEPT_EVERY);
        writer.remember(new Change.Frontier(at.get(), host.oldestUnacknowledged(at.get())));
    }
}
