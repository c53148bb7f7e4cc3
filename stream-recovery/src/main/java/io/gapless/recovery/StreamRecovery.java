package io.gapless.recovery;

import io.gapless.recovery.ledger.Span;
import io.gapless.recovery.plan.AskedSpan;
import io.gapless.recovery.slot.WarmConnection;
import io.gapless.recovery.state.NoteNames;
import io.gapless.recovery.state.StateStore;
import io.gapless.stream.Health;
import io.gapless.stream.event.Disconnection;
import io.gapless.stream.rules.Rule;
import io.gapless.stream.rules.RuleSet;
import io.gapless.stream.seam.Promises;
import io.gapless.stream.seam.Time;
import io.gapless.stream.spi.Recovery;
import io.gapless.stream.spi.UnreadLine;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Connects the recovery with the stream. The parts of the recovery need the stream's {@link Host}, so they do not exist
 * before {@link #begin}, which creates them. {@link #onStream} runs the requests of other threads on the stream's
 * thread.
 */
final class StreamRecovery implements Recovery {
    private final RecoverySettings settings;
    private final StateStore store;
    private final XClock x;
    private final StateWriter writer;
    private final Supplier<Health> health;
    /** Waits until this process may hold a shared state; empty for a state directory, which the process holds already. */
    private final Optional<Standby> standby;

    private final Promises promises = new Promises();
    private final WarmConnection warm;

    private volatile @Nullable Begun begun;

    private record Begun(Host host, GapKeeper keeper) {}

    StreamRecovery(
            Time time,
            RecoverySettings settings,
            StateStore store,
            XClock x,
            StateWriter writer,
            Supplier<Health> health,
            Optional<Standby> standby) {
        this.settings = settings;
        this.standby = standby;
        this.store = store;
        this.x = x;
        this.writer = writer;
        this.health = health;
        this.warm = new WarmConnection(time);
    }

    @Override
    public boolean standsBy(Host host) {
        standby.ifPresent(waiting -> waiting.begin(host));
        return standby.isPresent();
    }

    @Override
    public boolean connectsWhileStandingBy() {
        return standby.filter(Standby::isWarm).isPresent();
    }

    @Override
    public void begin(Host host) {
        x.recall(store.remembered().notes().get(NoteNames.SKEW));
        writer.dieTo(host::died);
        writer.lostTo(host::fail);
        writer.mailTo(host::execute);
        writer.tellTo(event -> host.execute(() -> host.event(event)));
        GapKeeper keeper = new GapKeeper(settings, host, x, store, writer, health);
        StoreRequests byHand = new StoreRequests(host, writer, keeper);
        writer.serveBy(found -> host.execute(() -> found.forEach(byHand::serve)));
        begun = new Begun(host, keeper);
        writer.begin();
        // A process that has stood by reads the ids on the thread that has taken the state.
        if (standby.isEmpty()) keeper.recall();
        keeper.begin(warm.up(), standby.map(Standby::accountedUntil).orElse(Instant.MIN));
        if (warm.connects() > 0) keeper.charged(warm.connects());
    }

    /**
     * Returns the span if it can be recovered by hand. Throws {@link IllegalArgumentException} with the reason
     * otherwise.
     */
    Span checked(Instant from, Instant until) {
        Span span = new Span(from, until);
        AskedSpan.objection(span, settings.archiveSearch(), x.instant()).ifPresent(why -> {
            throw new IllegalArgumentException(why);
        });
        return span;
    }

    /**
     * Runs a request on the stream's thread. If the stream has not begun, the returned future fails at once. Otherwise
     * it always completes: with the result, with the failure, or with the end of the stream.
     */
    <T> CompletableFuture<T> onStream(Function<GapKeeper, CompletableFuture<T>> what) {
        Begun stream = begun;
        if (stream == null) {
            return CompletableFuture.failedFuture(
                    new IllegalStateException("The stream has not been started. Call start() first."));
        }
        CompletableFuture<T> promise = promises.make();
        stream.host().execute(() -> keep(promise, what, stream.keeper()));
        return promise;
    }

    private static <T> void keep(
            CompletableFuture<T> promise, Function<GapKeeper, CompletableFuture<T>> what, GapKeeper keeper) {
        // The stream has ended, or the caller has cancelled the request.
        if (promise.isDone()) return;
        try {
            what.apply(keeper).whenComplete((value, failed) -> {
                if (failed == null) promise.complete(value);
                else promise.completeExceptionally(Promises.cause(failed));
            });
        } catch (RuntimeException | Error defect) {
            promise.completeExceptionally(defect);
            throw defect;
        }
    }

    /** Fails every request that still waits, because the stream's thread runs nothing more. */
    void ended() {
        promises.end(new IllegalStateException("The stream has ended and recovers nothing more. Build a new one."));
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
        Begun stream = begun;
        return stream == null ? Optional.empty() : stream.keeper().backfill(connection);
    }

    @Override
    public boolean wantsSecond(int connection) {
        return keeper().wantsSecond();
    }

    @Override
    public void connected(int connection, Accepted answer) {
        Begun stream = begun;
        if (stream == null) warm.connected(connection, answer);
        else stream.keeper().connected(connection, answer);
    }

    @Override
    public void unreadable(int connection, Instant heardAt) {
        Begun stream = begun;
        if (stream == null) warm.incomplete();
        else stream.keeper().unreadable(connection, heardAt);
    }

    @Override
    public void unreadable(int connection, UnreadLine line) {
        Begun stream = begun;
        if (stream == null) warm.incomplete();
        else stream.keeper().unreadable(connection, line);
    }

    @Override
    public boolean willAskDifferently(int connection, Disconnection.Refused how) {
        Begun stream = begun;
        return stream != null && stream.keeper().willAskDifferently(connection, how);
    }

    @Override
    public void givenUp() {
        keeper().givenUp();
    }

    @Override
    public void ended(int connection, Disconnection how, Instant lastSignalAt, boolean slowReader) {
        Begun stream = begun;
        if (stream == null) warm.ended();
        else stream.keeper().ended(connection, how, lastSignalAt, slowReader);
    }

    @Override
    public void failedAfterPause(int connection) {
        Begun stream = begun;
        if (stream != null) stream.keeper().failedAfterPause();
    }

    @Override
    public void paused() {
        Begun stream = begun;
        if (stream != null) stream.keeper().paused();
    }

    @Override
    public boolean mayPause() {
        Begun stream = begun;
        return stream == null || stream.keeper().mayPause();
    }

    @Override
    public void lost(Instant oldest) {
        Begun stream = begun;
        if (stream == null) warm.incomplete();
        else stream.keeper().lost(oldest);
    }

    @Override
    public void clockSet(Duration by) {
        Begun stream = begun;
        if (stream == null) warm.clockSet(by);
        else stream.keeper().clockSet(by);
    }

    @Override
    public Account account() {
        Begun stream = begun;
        return stream == null ? Account.NONE : stream.keeper().account();
    }

    @Override
    public void rulesListed(Accepted answer) {
        keeper().rulesListed(answer);
    }

    @Override
    public void rulesSeen(Instant at, List<Rule> held) {
        keeper().rulesSeen(at, held);
    }

    @Override
    public Optional<HeldRules> rulesHeldBefore(RuleSet wanted) {
        return keeper().rulesHeldBefore(wanted);
    }

    @Override
    public void rulesHeld(HeldRules held, RuleSet wanted) {
        keeper().rulesHeld(held, wanted);
    }

    @Override
    public void rulesMissing(Instant lastSeenAt) {
        keeper().rulesMissing(lastSeenAt);
    }

    @Override
    public void charged(int connects) {
        Begun stream = begun;
        if (stream == null) warm.charged(connects);
        else stream.keeper().charged(connects);
    }

    @Override
    public void end() {
        ended();
        Begun stream = begun;
        if (stream != null) stream.keeper().end();
    }

    /**
     * Adds the posts that were acknowledged since the last step to the counts of their gaps. Called when the stream's
     * thread and the handler have ended.
     */
    void tally() {
        Begun stream = begun;
        if (stream != null) stream.keeper().tally();
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
