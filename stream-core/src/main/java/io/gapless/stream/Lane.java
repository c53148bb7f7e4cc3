package io.gapless.stream;

import com.fasterxml.jackson.databind.JsonNode;
import io.gapless.stream.event.Disconnection;
import io.gapless.stream.event.StreamEvent;
import io.gapless.stream.event.StreamEvent.Waiting.Why;
import io.gapless.stream.pace.ConnectBudget;
import io.gapless.stream.pace.Ladders;
import io.gapless.stream.pace.NextStep;
import io.gapless.stream.seam.Time;
import io.gapless.stream.seam.Work;
import io.gapless.stream.spi.Recovery;
import io.gapless.stream.spi.UnreadLine;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Keeps one connection of the stream open, and decides when to connect. After an ending, {@link ReconnectPolicy}
 * decides how long to wait. Owner: the stream's thread.
 *
 * <pre>
 *  WAITING ──(time has come, budget allows)──▶ CONNECTED ──(any ending: the policy decides the wait)──▶ WAITING
 *  any ──(the policy decides FAIL, or the stream closes)──▶ ENDED
 * </pre>
 */
final class Lane implements Connection.Owner {
    private enum State {
        WAITING,
        CONNECTED,
        ENDED
    }

    /** Opens connections for a lane, answers its questions and receives its reports. Called on the stream's thread. */
    interface Owner {
        Connection open(Lane lane, boolean tokenRefused);

        boolean othersUp(Lane lane);

        /** Returns whether it is the turn of {@code lane} to connect. */
        boolean mayConnect(Lane lane);

        /**
         * Returns how many nanoseconds the next connect must still wait, because X or a server in between has asked for
         * a wait. Returns 0 if no wait was asked for.
         */
        long heldNanos(long nowNanos);

        void up(Lane lane, Recovery.Accepted answer);

        /** Called when a line can be read again after a span of unreadable lines. */
        void unreadable(Lane lane, Instant heardAt);

        void unreadable(Lane lane, UnreadLine line);

        /** Called when reading from the lane's connection is paused, because the inbox is full. */
        void paused();

        /**
         * Called when the lane's connection was up and has ended.
         *
         * @param lastSignalAt the time up to which everything that X sent had arrived, by this machine's clock
         * @param afterPause whether posts that X sent during a pause in reading may be missing
         */
        void down(Lane lane, Disconnection how, Instant lastSignalAt, boolean afterPause);

        /**
         * Called when a connect has failed although X had answered 200, and reading was paused at the end, or within the
         * minute before.
         */
        void failedAfterPause(Lane lane);

        /** Returns whether the request of the next connect will differ from the refused request. */
        boolean willAskDifferently(Lane lane, Disconnection.Refused how);

        void reconcileRules(Disconnection how);

        void failed(Disconnection how);
    }

    /** Waits that X asks for are reported as events only if they are longer than this. */
    private static final long TOLD_NANOS = Duration.ofSeconds(2).toNanos();

    /** Each wait is lengthened by a random part of its length, at most by this fraction. */
    private static final double JITTER = 0.1;
    /** How long a lane waits before it checks again whether it may connect. */
    private static final long TURN_NANOS = Duration.ofSeconds(1).toNanos();

    private final int number;
    private final Time time;
    private final RandomGenerator chance;
    private final ConnectBudget budget;
    private final Consumer<StreamEvent> events;
    private final Owner owner;

    private State state = State.WAITING;
    private Ladders ladders = Ladders.BOTTOM;
    private boolean tokenRefused;
    private boolean parked;
    private boolean toldBudget;
    private long nextTryNanos;
    private @Nullable Connection connection;
    private @Nullable Disconnection lastEnding;

    Lane(
            int number,
            Time time,
            RandomGenerator chance,
            ConnectBudget budget,
            Consumer<StreamEvent> events,
            Owner owner) {
        this.number = number;
        this.time = time;
        this.chance = chance;
        this.budget = budget;
        this.events = events;
        this.owner = owner;
        this.nextTryNanos = time.nanoTime();
    }

    /** Connects when it is time, or watches the open connection. Returns the nanoseconds until the next step. */
    long step(long nowNanos) {
        switch (state) {
            case WAITING:
                return untilConnect(nowNanos);
            case CONNECTED:
                return current().step(nowNanos);
            case ENDED:
                return Work.UNTIL_WOKEN;
        }
        throw new AssertionError(state);
    }

    private long untilConnect(long nowNanos) {
        if (nowNanos < nextTryNanos) return nextTryNanos - nowNanos;
        if (!owner.mayConnect(this)) return TURN_NANOS;
        long heldNanos = owner.heldNanos(nowNanos);
        if (heldNanos > TOLD_NANOS) waitUntil(nowNanos + heldNanos, Why.ASKED_TO_WAIT, Optional.empty(), nowNanos);
        if (heldNanos > 0) return heldNanos;
        long budgetNanos = budget.tryTake(purpose(), nowNanos);
        if (budgetNanos > 0) {
            waitUntil(nowNanos + budgetNanos, Why.BUDGET, Optional.empty(), nowNanos);
            return budgetNanos;
        }
        state = State.CONNECTED;
        events.accept(new StreamEvent.Connecting(time.instant(), number));
        Connection opened = owner.open(this, tokenRefused);
        connection = opened;
        return opened.step(nowNanos);
    }

    private ConnectBudget.Purpose purpose() {
        return owner.othersUp(this) ? ConnectBudget.Purpose.LANE : ConnectBudget.Purpose.ONLY_LANE;
    }

    /** Ends the wait for the next connect, which was planned while this process stood by. */
    void connectAtOnce() {
        if (state == State.WAITING) nextTryNanos = time.nanoTime();
    }

    void suspended(Duration away, long nowNanos) {
        if (state == State.WAITING) nextTryNanos -= away.toNanos();
        if (state == State.CONNECTED) current().suspended(away, nowNanos);
    }

    /** Closes the lane's connection if its reading is paused. */
    void closePaused() {
        if (state == State.CONNECTED) current().closePaused();
    }

    /** Ends the lane for good, and closes its connection, which frees the slot at X. */
    void close(Disconnection how) {
        boolean connected = state == State.CONNECTED;
        state = State.ENDED;
        if (connected) current().close(how);
    }

    /**
     * Ends the lane, and cancels its connection without any report, which frees the slot at X. Used when the stream's
     * thread has died, so that the lane's state cannot be relied on.
     */
    void abandon() {
        state = State.ENDED;
        Connection last = connection;
        if (last != null) last.abandon();
    }

    @Override
    public void up(Recovery.Accepted answer) {
        parked = false;
        ladders = ladders.withTokenAccepted();
        events.accept(new StreamEvent.Connected(time.instant(), number));
        owner.up(this, answer);
    }

    @Override
    public void unreadable(Instant heardAt, long lines) {
        events.accept(new StreamEvent.LinesUnreadable(time.instant(), number, heardAt, lines));
        owner.unreadable(this, heardAt);
    }

    @Override
    public void unreadable(UnreadLine line) {
        owner.unreadable(this, line);
    }

    @Override
    public void paused() {
        owner.paused();
    }

    @Override
    public void info(JsonNode info) {
        events.accept(new StreamEvent.MessageUnknown(time.instant(), number, info.toString(), 1));
    }

    @Override
    public void ended(Disconnection how) {
        Connection ended = current();
        long nowNanos = time.nanoTime();
        lastEnding = how;
        connection = null;
        boolean goesOn = state == State.CONNECTED;
        if (goesOn) state = State.WAITING;
        if (ended.wasUp()) {
            events.accept(new StreamEvent.Disconnected(time.instant(), number, how, ended.lastSignalAt()));
            owner.down(this, how, ended.lastSignalAt(), mayHaveDropped(ended, how));
        } else if (goesOn) {
            events.accept(new StreamEvent.ConnectFailed(time.instant(), number, how));
            if (mayHaveDropped(ended, how)) owner.failedAfterPause(this);
        }
        if (goesOn) follow(next(how, ended.wasHealthy(nowNanos)), how, nowNanos);
    }

    /** Returns whether X may have dropped posts that it could not send, because reading was paused. */
    private static boolean mayHaveDropped(Connection ended, Disconnection how) {
        return !(how instanceof Disconnection.NoRoom) && ended.wasPausedLately();
    }

    private NextStep next(Disconnection how, boolean healthy) {
        if (how instanceof Disconnection.Refused refused && owner.willAskDifferently(this, refused)) {
            return NextStep.at(NextStep.Kind.CONNECT, Duration.ZERO, ladders);
        }
        NextStep next = ReconnectPolicy.decide(how, healthy, ladders);
        return owner.othersUp(this) ? ReconnectPolicy.besideLive(next) : next;
    }

    private void follow(NextStep next, Disconnection how, long nowNanos) {
        ladders = next.ladders();
        // If the token source returned no token, the refused token has not been replaced yet.
        boolean stillRefused = tokenRefused && how instanceof Disconnection.NoToken;
        parked = next.kind() == NextStep.Kind.PARK;
        tokenRefused = next.kind() == NextStep.Kind.REFRESH_TOKEN || stillRefused || parked && mayBeTheToken(how);
        toldBudget = false;
        switch (next.kind()) {
            case FAIL:
                state = State.ENDED;
                owner.failed(how);
                return;
            case REFRESH_TOKEN:
                events.accept(new StreamEvent.TokenRefused(time.instant()));
                break;
            case RECONCILE_RULES:
                owner.reconcileRules(how);
                break;
            case CONNECT:
            case PARK:
                break;
        }
        Why why = parked ? Why.PARKED : next.advised() ? Why.ASKED_TO_WAIT : next.ceiling() ? Why.CEILING : Why.BACKOFF;
        long delayNanos = next.delay().toNanos();
        long tryNanos = nowNanos + delayNanos + (long) (delayNanos * JITTER * chance.nextDouble());
        plan(tryNanos, why, Optional.of(how), nowNanos);
    }

    private static boolean mayBeTheToken(Disconnection how) {
        return how instanceof Disconnection.Refused refused && (refused.status() == 401 || refused.status() == 403);
    }

    /**
     * Plans the next connect and reports its time. The time allows for the waits that X asks for, and for the connect
     * budget, as far as both can be computed now.
     */
    private void plan(long ladderNanos, Why why, Optional<Disconnection> how, long nowNanos) {
        long heldNanos = nowNanos + owner.heldNanos(nowNanos);
        long askedNanos = later(ladderNanos, heldNanos);
        long tryNanos = later(askedNanos, budget.freeAtNanos(purpose(), askedNanos));
        Why last = tryNanos != askedNanos ? Why.BUDGET : askedNanos != ladderNanos ? Why.ASKED_TO_WAIT : why;
        waitUntil(tryNanos, parked ? why : last, how, nowNanos);
    }

    private static long later(long a, long b) {
        return a - b > 0 ? a : b;
    }

    private void waitUntil(long tryNanos, Why why, Optional<Disconnection> how, long nowNanos) {
        nextTryNanos = tryNanos;
        if (why == Why.BUDGET && toldBudget) return;
        toldBudget = why == Why.BUDGET;
        Instant now = time.instant();
        events.accept(new StreamEvent.Waiting(now, number, now.plusNanos(tryNanos - nowNanos), why, how));
    }

    private Instant wallClock(long nanos, long nowNanos) {
        return time.instant().plusNanos(nanos - nowNanos);
    }

    private Connection current() {
        if (connection == null) throw new IllegalStateException("no connection in state " + state);
        return connection;
    }

    int number() {
        return number;
    }

    boolean isUp() {
        return connection != null && connection.isUp();
    }

    /** Returns whether the lane's connection is up, and has been up for long enough to be healthy. */
    boolean isHealthy(long nowNanos) {
        return isUp() && current().wasHealthy(nowNanos);
    }

    boolean isParked() {
        return state == State.WAITING && parked;
    }

    boolean isConnecting() {
        return connection != null && !connection.isUp();
    }

    Optional<Instant> nextTryAt(long nowNanos) {
        return state == State.WAITING ? Optional.of(wallClock(nextTryNanos, nowNanos)) : Optional.empty();
    }

    Optional<Disconnection> lastEnding() {
        return Optional.ofNullable(lastEnding);
    }

    /** Returns the lane's connection if it is up; otherwise empty. */
    Optional<Connection> connectionUp() {
        return Optional.ofNullable(connection).filter(Connection::isUp);
    }
}
