package io.gapless.recovery;

import io.gapless.recovery.state.StateStore;
import io.gapless.stream.Disconnection;
import io.gapless.stream.Health;
import io.gapless.stream.Recovery;
import io.gapless.stream.UnreadLine;
import io.gapless.stream.rules.Rule;
import io.gapless.stream.seam.Head;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The stream's recovery before and after the stream begins: only then are its parts made, since all of them act through
 * the stream. Also the way onto the stream's thread, for callers of other threads.
 */
final class StreamRecovery implements Recovery {
    private final RecoverySettings settings;
    private final StateStore store;
    private final XClock x;
    private final StateWriter writer;
    private final Supplier<Health> health;

    private volatile @Nullable Begun begun;

    private record Begun(Host host, GapKeeper keeper) {}

    StreamRecovery(RecoverySettings settings, StateStore store, XClock x, StateWriter writer, Supplier<Health> health) {
        this.settings = settings;
        this.store = store;
        this.x = x;
        this.writer = writer;
        this.health = health;
    }

    @Override
    public void begin(Host host) {
        writer.dieTo(host::died);
        writer.tellTo(event -> host.execute(() -> host.event(event)));
        GapKeeper keeper = new GapKeeper(settings, host, x, store, writer, health);
        ByHand byHand = new ByHand(host, store, writer, keeper);
        writer.serveBy(found -> host.execute(() -> found.forEach(byHand::serve)));
        begun = new Begun(host, keeper);
        keeper.begin();
    }

    /** Has something done on the stream's thread, once that has begun. */
    <T> CompletableFuture<T> onStream(Function<GapKeeper, T> what) {
        Begun stream = begun;
        if (stream == null) {
            return CompletableFuture.failedFuture(
                    new IllegalStateException("The stream has not been started. Call start() first."));
        }
        CompletableFuture<T> done = new CompletableFuture<>();
        stream.host().execute(() -> done.complete(what.apply(stream.keeper())));
        return done;
    }

    @Override
    public String acceptedBefore() {
        return keeper().acceptedBefore();
    }

    @Override
    public void accepted(String note) {
        keeper().accepted(note);
    }

    @Override
    public void rulesReplaced(Instant from, Instant until) {
        keeper().rulesReplaced(from, until);
    }

    @Override
    public Optional<Backfill> backfill(int connection) {
        return keeper().backfill(connection);
    }

    @Override
    public boolean wantsSecond(int connection) {
        return keeper().wantsSecond();
    }

    @Override
    public void connected(int connection, Head head, Instant answeredAt) {
        keeper().connected(connection, head, answeredAt);
    }

    @Override
    public void unreadable(int connection, Instant heardAt) {
        keeper().unreadable(connection, heardAt);
    }

    @Override
    public void unreadable(int connection, UnreadLine line) {
        keeper().unreadable(connection, line);
    }

    @Override
    public boolean isOtherwise(int connection, Disconnection.Refused how) {
        return keeper().isOtherwise(connection, how);
    }

    @Override
    public void ended(int connection, Disconnection how, Instant lastSignalAt, boolean slowReader) {
        keeper().ended(connection, how, lastSignalAt, slowReader);
    }

    @Override
    public void lost(Instant oldest) {
        keeper().lost(oldest);
    }

    @Override
    public void clockSet(Duration by) {
        keeper().clockSet(by);
    }

    @Override
    public Account account() {
        Begun stream = begun;
        return stream == null ? Account.NONE : stream.keeper().account();
    }

    @Override
    public void rulesSeen(Instant at, List<Rule> held) {
        keeper().rulesSeen(at, held);
    }

    @Override
    public void rulesMissing(Instant lastSeenAt) {
        keeper().rulesMissing(lastSeenAt);
    }

    @Override
    public void charged(int connects) {
        keeper().charged(connects);
    }

    @Override
    public void end() {
        keeper().end();
    }

    @Override
    public long step(long nowNanos) {
        return keeper().step();
    }

    private GapKeeper keeper() {
        Begun stream = begun;
        if (stream == null) throw new IllegalStateException("The stream has not begun.");
        return stream.keeper();
    }
}
