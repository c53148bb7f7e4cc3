package io.gapless.stream;

import com.fasterxml.jackson.databind.JsonNode;
import io.gapless.stream.StreamEvent.Waiting.Why;
import io.gapless.stream.api.Problem;
import io.gapless.stream.seam.Ending;
import io.gapless.stream.seam.Head;
import io.gapless.stream.seam.Time;
import io.gapless.stream.seam.Work;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * One slot that is kept connected. Owner: the stream's thread; what sessions tell from other threads comes through its
 * mailbox.
 *
 * <pre>
 *  WAITING ──(time has come, budget allows)──▶ CONNECTING ──(200)──▶ LIVE
 *     ▲                                            │                  │
 *     └──(any ending: the policy says how long)────┴──────────────────┘
 *  any ──(the policy says FAIL, or the stream closes)──▶ ENDED
 * </pre>
 */
final class Lane implements Session.Told {
    private enum State {
        WAITING,
        CONNECTING,
        LIVE,
        ENDED
    }

    /** What a lane asks of the stream that keeps it. All but {@link #tell} are called on the stream's thread. */
    interface Keeper {
        Session open(Lane lane, boolean tokenRefused);

        /** Has something done on the stream's thread. */
        void tell(Runnable mail);

        boolean othersLive(Lane lane);

        void live(Lane lane);

        /** The lane's live connection has ended. */
        void down(Lane lane, Disconnection how, Instant lastSignalAt, boolean afterPause);

        void reconcileRules(Disconnection how);

        void failed(Disconnection how);
    }

    private static final double JITTER = 0.1;
    private static final long SLOW_READER_NANOS = Duration.ofSeconds(60).toNanos();

    private final int number;
    private final StreamSettings settings;
    private final Time time;
    private final RandomGenerator chance;
    private final ConnectBudget budget;
    private final EventDesk events;
    private final Keeper keeper;

    private State state = State.WAITING;
    private Ladders ladders = Ladders.BOTTOM;
    private boolean tokenRefused;
    private boolean parked;
    private boolean toldBudget;
    private long nextTryNanos;
    private long stateSinceNanos;
    private @Nullable Session session;
    private @Nullable Disconnection lastEnding;
    /** The last signal as it was at the last step: what a suspended machine had really heard. */
    private long signalAtStepNanos;

    Lane(
            int number,
            StreamSettings settings,
            Time time,
            RandomGenerator chance,
            ConnectBudget budget,
            EventDesk events,
            Keeper keeper) {
        this.number = number;
        this.settings = settings;
        this.time = time;
        this.chance = chance;
        this.budget = budget;
        this.events = events;
        this.keeper = keeper;
        this.nextTryNanos = time.nanoTime();
        this.stateSinceNanos = nextTryNanos;
    }

    /** Does what is due; returns nanoseconds until the next step. */
    long step(long nowNanos) {
        switch (state) {
            case WAITING:
                return untilConnect(nowNanos);
            case CONNECTING:
                return untilHeaders(nowNanos);
            case LIVE:
                return untilStall(nowNanos);
            case ENDED:
                return Work.UNTIL_WOKEN;
        }
        throw new AssertionError(state);
    }

    private void become(State next, long nowNanos) {
        state = next;
        stateSinceNanos = nowNanos;
    }

    private long untilConnect(long nowNanos) {
        if (nowNanos < nextTryNanos) return nextTryNanos - nowNanos;
        long budgetNanos = budget.tryTake(
                keeper.othersLive(this) ? ConnectBudget.Purpose.LANE : ConnectBudget.Purpose.ONLY_LANE, nowNanos);
        if (budgetNanos > 0) {
            waitUntil(nowNanos + budgetNanos, Why.BUDGET, nowNanos);
            return budgetNanos;
        }
        become(State.CONNECTING, nowNanos);
        events.tell(new StreamEvent.Connecting(time.instant(), number));
        session = keeper.open(this, tokenRefused);
        return settings.headerTimeout().toNanos();
    }

    private long untilHeaders(long nowNanos) {
        long restNanos = stateSinceNanos + settings.headerTimeout().toNanos() - nowNanos;
        if (restNanos > 0) return restNanos;
        // Its ending comes back as CANCELLED, with the status if one had come.
        current().cancel();
        return Work.UNTIL_WOKEN;
    }

    private long untilStall(long nowNanos) {
        Session live = current();
        long limitNanos = settings.stallTimeout().toNanos();
        signalAtStepNanos = live.lastSignalNanos();
        if (live.isPaused()) return limitNanos;
        long silenceNanos = nowNanos - signalAtStepNanos;
        if (silenceNanos < limitNanos) return limitNanos - silenceNanos;
        live.cancel();
        end(new Disconnection.Stalled(Duration.ofNanos(silenceNanos)), signalAtStepNanos, nowNanos);
        return 0;
    }

    /** The machine was away: a connection that has lived through it is not to be believed. */
    void suspended(Duration away, long nowNanos) {
        if (state == State.WAITING) nextTryNanos -= away.toNanos();
        if (state != State.LIVE || away.compareTo(settings.stallTimeout()) < 0) return;
        current().cancel();
        long silenceNanos = nowNanos - signalAtStepNanos + away.toNanos();
        end(new Disconnection.Stalled(Duration.ofNanos(silenceNanos)), nowNanos - silenceNanos, nowNanos);
    }

    /** Ends the lane for good and frees X's slot. */
    void close(Disconnection how, long nowNanos) {
        State before = state;
        if (before == State.ENDED) return;
        Session open = session;
        if (open != null) open.cancel();
        session = null;
        become(State.ENDED, nowNanos);
        if (before == State.LIVE && open != null) {
            events.tell(new StreamEvent.Disconnected(
                    time.instant(), number, how, wallClock(open.lastSignalNanos(), nowNanos)));
        }
    }

    @Override
    public void answered(Session from, Head head) {
        mail(from, () -> {
            long nowNanos = time.nanoTime();
            become(State.LIVE, nowNanos);
            parked = false;
            signalAtStepNanos = from.lastSignalNanos();
            events.tell(new StreamEvent.Connected(time.instant(), number));
            keeper.live(this);
        });
    }

    @Override
    public void refused(Session from, Head head, Problem problem) {
        mail(from, () -> {
            Optional<Duration> untilReset = head.rateLimitReset()
                    .map(reset -> Duration.between(head.date().orElseGet(time::instant), reset));
            long nowNanos = time.nanoTime();
            end(new Disconnection.Refused(head.status(), problem, untilReset), nowNanos, nowNanos);
        });
    }

    @Override
    public void ended(Session from, Ending ending) {
        mail(from, () -> {
            account(ending);
            end(disconnection(ending), from.lastSignalNanos(), time.nanoTime());
        });
    }

    /** What the attempt cost, which is known only now. */
    private void account(Ending ending) {
        if (state != State.CONNECTING) return;
        switch (ending.kind()) {
            case UNKNOWN_HOST, NOT_CONNECTED, NO_TOKEN -> budget.refund();
            case NO_ANSWER, RESET -> budget.chargeAgain(time.nanoTime());
            default -> {}
        }
    }

    private Disconnection disconnection(Ending ending) {
        switch (ending.kind()) {
            case COMPLETE:
                return new Disconnection.ClosedByServer(true);
            case CUT:
                return new Disconnection.ClosedByServer(false);
            case NO_TOKEN:
                return new Disconnection.NoToken(ending.detail());
            case CANCELLED:
                return new Disconnection.Network(new Ending(
                        Ending.Kind.NO_ANSWER, "no answer within " + Durations.text(settings.headerTimeout())));
            default:
                return new Disconnection.Network(ending);
        }
    }

    @Override
    public void notice(Session from, Problem problem) {
        mail(from, () -> {
            // X may leave the socket open and silent after this.
            from.cancel();
            end(new Disconnection.Notice(problem), from.lastSignalNanos(), time.nanoTime());
        });
    }

    @Override
    public void info(Session from, JsonNode info) {
        unknown(from, info.toString());
    }

    @Override
    public void unknown(Session from, String json) {
        events.tell(new StreamEvent.MessageUnknown(time.instant(), number, json));
    }

    @Override
    public void faulty(Session from, LineFault fault, long lengthBytes, OptionalLong postId) {
        events.tell(new StreamEvent.LineFaulty(time.instant(), number, fault, lengthBytes, postId));
    }

    @Override
    public void paused(Session from, long heldBytes) {
        events.tell(new StreamEvent.ReadingPaused(time.instant(), number, heldBytes));
    }

    @Override
    public void resumed(Session from, long pausedNanos) {
        events.tell(new StreamEvent.ReadingResumed(time.instant(), number, Duration.ofNanos(pausedNanos)));
    }

    /** Only the current session is listened to; a late word of one that was given up changes nothing. */
    private void mail(Session from, Runnable word) {
        keeper.tell(() -> {
            if (session == from) word.run();
        });
    }

    private void end(Disconnection how, long lastSignalNanos, long nowNanos) {
        Session ended = current();
        boolean wasLive = state == State.LIVE;
        boolean healthy = wasLive
                && ended.heardLine()
                && nowNanos - stateSinceNanos >= settings.healthyAfter().toNanos();
        session = null;
        lastEnding = how;
        become(State.WAITING, nowNanos);
        if (wasLive) {
            Instant lastSignalAt = wallClock(lastSignalNanos, nowNanos);
            events.tell(new StreamEvent.Disconnected(time.instant(), number, how, lastSignalAt));
            keeper.down(this, how, lastSignalAt, ended.pausedWithin(SLOW_READER_NANOS, nowNanos));
        } else {
            events.tell(new StreamEvent.ConnectFailed(time.instant(), number, how));
        }
        follow(ReconnectPolicy.decide(how, healthy, ladders), how, nowNanos);
    }

    private void follow(NextStep next, Disconnection how, long nowNanos) {
        ladders = next.ladders();
        tokenRefused = next.kind() == NextStep.Kind.REFRESH_TOKEN;
        parked = next.kind() == NextStep.Kind.PARK;
        toldBudget = false;
        switch (next.kind()) {
            case FAIL:
                become(State.ENDED, nowNanos);
                keeper.failed(how);
                return;
            case REFRESH_TOKEN:
                events.tell(new StreamEvent.TokenRefused(time.instant()));
                break;
            case RECONCILE_RULES:
                keeper.reconcileRules(how);
                break;
            case CONNECT:
            case PARK:
                break;
        }
        Why why = parked ? Why.PARKED : next.ceiling() ? Why.CEILING : Why.BACKOFF;
        long delayNanos = next.delay().toNanos();
        waitUntil(nowNanos + delayNanos + (long) (delayNanos * JITTER * chance.nextDouble()), why, nowNanos);
    }

    private void waitUntil(long tryNanos, Why why, long nowNanos) {
        nextTryNanos = tryNanos;
        if (why == Why.BUDGET && toldBudget) return;
        toldBudget = why == Why.BUDGET;
        Instant nextTryAt = wallClock(tryNanos, nowNanos);
        events.tell(new StreamEvent.Waiting(time.instant(), number, nextTryAt, why));
    }

    private Instant wallClock(long nanos, long nowNanos) {
        return time.instant().plusNanos(nanos - nowNanos);
    }

    private Session current() {
        if (session == null) throw new IllegalStateException("no connection in state " + state);
        return session;
    }

    boolean isLive() {
        return state == State.LIVE;
    }

    boolean isParked() {
        return state == State.WAITING && parked;
    }

    boolean isConnecting() {
        return state == State.CONNECTING;
    }

    Optional<Instant> nextTryAt(long nowNanos) {
        return state == State.WAITING ? Optional.of(wallClock(nextTryNanos, nowNanos)) : Optional.empty();
    }

    Optional<Disconnection> lastEnding() {
        return Optional.ofNullable(lastEnding);
    }

    Optional<Session> liveSession() {
        return state == State.LIVE ? Optional.ofNullable(session) : Optional.empty();
    }
}
