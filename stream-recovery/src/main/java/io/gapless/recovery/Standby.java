package io.gapless.recovery;

import io.gapless.recovery.ledger.Span;
import io.gapless.recovery.ledger.StateException;
import io.gapless.recovery.state.Change;
import io.gapless.recovery.state.CommittedIds;
import io.gapless.recovery.state.DeclaredRules;
import io.gapless.recovery.state.LeasedClient;
import io.gapless.recovery.state.LeasedState;
import io.gapless.recovery.state.NoteNames;
import io.gapless.recovery.state.StartReads;
import io.gapless.recovery.state.StateClient;
import io.gapless.recovery.state.StateStore;
import io.gapless.recovery.state.TakenStore;
import io.gapless.stream.api.ApiAnswer;
import io.gapless.stream.event.StreamException;
import io.gapless.stream.post.Endpoint;
import io.gapless.stream.rules.RuleSet;
import io.gapless.stream.rules.Rules;
import io.gapless.stream.seam.Time;
import io.gapless.stream.seam.Work;
import io.gapless.stream.seam.Worker;
import io.gapless.stream.spi.Recovery;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Stands by until this process may hold the shared state of the stream, and then begins the stream. Tries to take the
 * state again and again; the database decides who gets it. The worker, the thread {@code gapless-standby}, makes all
 * tries, so that a database that does not answer holds up nothing else. Owns the worker.
 */
final class Standby implements Work {
    private static final Duration STOP_MAX = Duration.ofSeconds(1);
    /** A process keeps a connection once it has stood by for so long. So one that restarts all the time makes no connects. */
    private static final Duration WARM_AFTER = Duration.ofSeconds(60);

    private final LeasedState shared;
    private final TakenStore store;
    private final RecoverySettings settings;
    private final Endpoint endpoint;
    private final boolean keepsConnection;
    private final String declaredRules;
    private final Optional<Rehearsal.Stage> stage;
    private final Time time;

    private Recovery.@Nullable Host host;
    private @Nullable Worker worker;
    // Used by the worker only.
    private boolean reportedHolder;
    private boolean reportedTrouble;
    private @Nullable LeasedClient watching;
    private long watchAgainNanos;
    private long warmNanos;
    private final CommittedIds ids = new CommittedIds();
    /** Since when posts were created whose last ids are to be read from the state that was taken; null if they were read. */
    private @Nullable Instant recallFrom;

    private volatile boolean warm;
    private volatile Instant accountedUntil = Instant.EPOCH;

    /** The rehearsal under way; null otherwise, because it holds some megabytes. */
    private volatile @Nullable Rehearsal rehearsal;

    private volatile boolean closed;

    Standby(
            LeasedState shared,
            TakenStore store,
            RecoverySettings settings,
            Optional<RuleSet> rules,
            boolean keepsConnection,
            Optional<Rehearsal.Stage> stage,
            Time time) {
        this.shared = shared;
        this.store = store;
        this.settings = settings;
        this.endpoint = settings.endpoint();
        this.keepsConnection = keepsConnection;
        this.stage = stage;
        this.declaredRules = DeclaredRules.note(rules);
        this.time = time;
        this.watchAgainNanos = time.nanoTime();
    }

    void begin(Recovery.Host stream) {
        host = stream;
        Worker started = time.start("gapless-standby", this, stream::died);
        worker = started;
        started.wake();
    }

    @Override
    public long step(long nowNanos) {
        Recovery.Host stream = host;
        if (closed || stream == null) return UNTIL_WOKEN;
        try {
            if (store.isTaken()) return recall(stream);
            Optional<StateStore> taken = shared.take();
            if (taken.isEmpty()) {
                if (!reportedHolder) {
                    requireSameAsHolder();
                    report(stream, new RecoveryEvent.StandingBy(time.instant(), shared.stream()));
                    stream.execute(() -> tryX(stream));
                    stage.ifPresent(this::rehearse);
                }
                if (!reportedHolder) warmNanos = nowNanos + WARM_AFTER.toNanos();
                reportedHolder = true;
                reportedTrouble = false;
                return watch(stream, nowNanos) ? shared.tryEvery().toNanos() : 0;
            }
            take(stream, taken.get());
            return 0;
        } catch (StateException e) {
            if (e.reason() != StateException.Reason.UNWRITABLE) {
                stream.fail(refused(e));
                return UNTIL_WOKEN;
            }
            if (!reportedTrouble)
                report(
                        stream,
                        new RecoveryEvent.SharedStateUnreachable(
                                time.instant(), shared.stream(), String.valueOf(e.getMessage())));
            reportedTrouble = true;
            return shared.tryEvery().toNanos();
        }
    }

    /**
     * Asks X for the rules once. So a token or a network that would fail is known before it is needed, and the first
     * connect after a takeover does not wait until its classes are loaded.
     */
    private void tryX(Recovery.Host stream) {
        if (!endpoint.needsRules()) return;
        stream.api().get(Rules.PATH, Map.of("max_results", "1")).whenComplete((answer, failed) -> {
            if (failed == null && answer instanceof ApiAnswer.Received received && received.ok()) return;
            String why = failed == null ? answer.describe() : String.valueOf(failed.getMessage());
            if (!store.isTaken())
                report(stream, new RecoveryEvent.StandbyUnready(time.instant(), shared.stream(), why));
        });
    }

    private void rehearse(Rehearsal.Stage on) {
        Rehearsal play = new Rehearsal(on);
        rehearsal = play;
        time.run("gapless-rehearsal", () -> {
            play.play();
            rehearsal = null;
        });
    }

    private void stopRehearsal() {
        Rehearsal play = rehearsal;
        if (play != null) play.stop();
    }

    /** Returns whether this process has stood by for so long that it keeps a connection. Any thread may call this. */
    boolean isWarm() {
        return warm;
    }

    /**
     * Returns up to when the holder accounts for all posts: it has acknowledged them, or lists them in an open gap. Any
     * thread may call this.
     */
    Instant accountedUntil() {
        return accountedUntil;
    }

    /**
     * Returns up to when the holder accounts for all posts, in epoch milliseconds; {@link Long#MIN_VALUE} once this
     * process has taken the state, because the gaps that the holder has left open are its own then. Any thread may call
     * this.
     */
    long leftToHolderUntilMillis() {
        return store.isTaken() ? Long.MIN_VALUE : accountedUntil.toEpochMilli();
    }

    /**
     * Reads how far the holder has come, and some of the ids that it has committed; returns whether all are read. The
     * holder may end at any time, so this process looks at the lease in between.
     */
    private boolean watch(Recovery.Host stream, long nowNanos) {
        if (ids.isBehind()) withClient(client -> readSome(stream, client));
        else if (nowNanos - watchAgainNanos >= 0) look(stream, nowNanos);
        return !ids.isBehind();
    }

    private void look(Recovery.Host stream, long nowNanos) {
        watchAgainNanos = nowNanos + Frontier.KEPT_EVERY.toNanos();
        withClient(client -> {
            StateStore.Remembered remembered = client.remembered();
            ids.look(client, repeatsSince(remembered, now(remembered)));
            if (keepsConnection)
                remembered
                        .frontier()
                        .ifPresent(holder -> accountedUntil = Span.earlier(holder.at(), holder.oldestUnacknowledged())
                                .minus(settings.overlap()));
        });
        if (!keepsConnection || warm || nowNanos - warmNanos < 0) return;
        warm = true;
        // The stream's thread looks whether it may connect.
        stream.execute(() -> {});
    }

    private void readSome(Recovery.Host stream, LeasedClient client) {
        ids.readSome(client, page -> stream.execute(() -> stream.remember(page, () -> {})));
    }

    private void withClient(Consumer<LeasedClient> reads) {
        LeasedClient client = watching;
        if (client == null) {
            client = shared.client();
            watching = client;
        }
        boolean read = false;
        try {
            reads.accept(client);
            read = true;
        } finally {
            if (!read) stopWatching();
        }
    }

    private void stopWatching() {
        LeasedClient client = watching;
        watching = null;
        if (client != null) client.close();
    }

    private void take(Recovery.Host stream, StateStore taken) {
        stopRehearsal();
        StartReads start;
        boolean usable = false;
        try {
            StateStore.Remembered remembered = taken.remembered();
            requireSame(endpoint, remembered.notes().get(NoteNames.STREAM));
            List<Change> notes = new ArrayList<>(List.of(new Change.Noted(NoteNames.DECLARED_RULES, declaredRules)));
            Optional<Change> firstStart = FirstStart.note(remembered, time.instant(), taken.term());
            firstStart.ifPresent(notes::add);
            taken.commit(notes);
            start = startReads(taken, firstStart.isPresent() ? taken.remembered() : remembered);
            usable = true;
        } finally {
            if (!usable) taken.close();
        }
        store.take(taken, start);
        if (closed) {
            taken.close();
            return;
        }
        report(stream, new RecoveryEvent.TookOver(time.instant(), shared.stream(), taken.term()));
        stream.execute(() -> begin(stream, taken));
    }

    private StartReads startReads(StateStore taken, StateStore.Remembered remembered) {
        Instant now = now(remembered);
        recallFrom = repeatsSince(remembered, now);
        return StartReads.read(taken, remembered, now);
    }

    /** Returns X's time, as far as the holder knew it. */
    private Instant now(StateStore.Remembered remembered) {
        XClock x = new XClock(time);
        x.recall(remembered.notes().get(NoteNames.SKEW));
        return x.instant();
    }

    /** Returns since when posts were created that X may send again. */
    private static Instant repeatsSince(StateStore.Remembered remembered, Instant now) {
        Instant frontier = remembered.frontier().map(Change.Frontier::at).orElse(now);
        return Span.earlier(now, frontier).minus(KnownIds.WINDOW);
    }

    /**
     * Reads the ids that the last holder has committed since this process has read them, while the stream connects. The
     * stream hands over nothing before it knows them.
     */
    private long recall(Recovery.Host stream) {
        Instant from = recallFrom;
        if (from == null) return UNTIL_WOKEN;
        withClient(client -> {
            ids.look(client, from);
            while (ids.isBehind()) readSome(stream, client);
        });
        stopWatching();
        recallFrom = null;
        stream.execute(store::repeatsKnown);
        return UNTIL_WOKEN;
    }

    private void begin(Recovery.Host stream, StateStore taken) {
        try {
            stream.begin();
            store.begun();
        } catch (StateException e) {
            // The database went away between the takeover and the first reads.
            taken.close();
            stream.fail(refused(e));
        }
    }

    private static void report(Recovery.Host stream, RecoveryEvent event) {
        stream.execute(() -> stream.event(event));
    }

    private static StreamException refused(StateException e) {
        StreamException failure =
                new StreamException(StreamException.Reason.STATE_REFUSED, String.valueOf(e.getMessage()));
        failure.initCause(e);
        return failure;
    }

    /**
     * Throws if the process that holds the state reads another stream of X, or declares other rules. After that process
     * has ended, this one may start: then its rules are a change, as after any restart.
     */
    private void requireSameAsHolder() {
        Map<String, String> notes;
        try (StateClient client = shared.client()) {
            notes = client.remembered().notes();
        }
        requireSame(endpoint, notes.get(NoteNames.STREAM));
        String held = notes.get(NoteNames.DECLARED_RULES);
        if (held == null) return;
        DeclaredRules.difference(held, declaredRules).ifPresent(difference -> {
            throw new StateException(
                    StateException.Reason.REFUSED,
                    "Another process holds the stream " + shared.stream() + " with other rules: " + difference
                            + ". Each takeover would change the rules on X. Give this stream another name, or end the other"
                            + " process first.",
                    null);
        });
    }

    /**
     * Throws if a state belongs to another stream of X.
     *
     * @param wanted the stream to read
     * @param remembered the id of the state's stream; null if the state is new
     */
    static void requireSame(Endpoint wanted, @Nullable String remembered) {
        if (remembered == null || remembered.equals(wanted.id())) return;
        throw new StateException(
                StateException.Reason.OTHER_STREAM,
                "This state is of X's stream " + remembered + ", but the stream to read is " + wanted.id()
                        + ". Its gaps, ids and budget say nothing about another stream. Use a state of its own.",
                null);
    }

    /** Ends the tries. A state that a try still takes is given back. */
    void close() throws InterruptedException {
        closed = true;
        stopRehearsal();
        Worker running = worker;
        if (running == null) return;
        running.stop();
        try {
            running.awaitStopped(STOP_MAX);
        } finally {
            stopWatching();
            shared.close();
        }
    }
}
