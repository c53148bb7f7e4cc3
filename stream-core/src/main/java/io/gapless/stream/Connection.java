package io.gapless.stream;

import com.fasterxml.jackson.databind.JsonNode;
import io.gapless.stream.api.Problem;
import io.gapless.stream.seam.Ending;
import io.gapless.stream.seam.Head;
import io.gapless.stream.seam.Request;
import io.gapless.stream.seam.Time;
import io.gapless.stream.seam.Transport;
import io.gapless.stream.seam.Work;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.Executor;

/**
 * One HTTP response from the request to its ending, watched: it must answer within the header timeout, and then bring a
 * signal within each stall timeout. Owner: the stream's thread; what the session tells from the transport's thread comes
 * through the mailbox.
 *
 * <pre>
 *  OPENING ──(200)──▶ UP ──┐
 *     └──(any ending)──────┴──▶ ENDED
 * </pre>
 */
final class Connection implements Session.Told {
    private enum State {
        OPENING,
        UP,
        ENDED
    }

    /** Whom a connection belongs to. Called on the stream's thread. */
    interface Owner {
        void up(Head head);

        void info(JsonNode info);

        /** The connection is over; nothing is told after this. */
        void ended(Disconnection how);
    }

    /** What all connections of a stream have in common. */
    record Surroundings(
            StreamSettings settings,
            Time time,
            Transport transport,
            Inbox inbox,
            Traffic traffic,
            Runnable wakeHandler,
            EventDesk events,
            Executor streamThread) {}

    private final int number;
    private final Surroundings around;
    private final StreamSettings settings;
    private final Time time;
    private final ConnectBudget budget;
    private final Owner owner;
    private final Session session;

    private State state = State.OPENING;
    private boolean wasUp;
    private long stateSinceNanos;
    /** The last signal as it was at the last step: what a machine that was suspended since had really heard. */
    private long signalAtStepNanos;

    private Instant lastSignalAt;

    Connection(int number, Surroundings around, ConnectBudget budget, Source live, Source backfilled, Owner owner) {
        this.number = number;
        this.around = around;
        this.settings = around.settings();
        this.time = around.time();
        this.budget = budget;
        this.owner = owner;
        this.session = new Session(around, live, backfilled, this);
        this.stateSinceNanos = time.nanoTime();
        this.lastSignalAt = time.instant();
    }

    void open(Request request) {
        session.openedAs(around.transport().open(request, session));
    }

    /** Does what is due; returns nanoseconds until the next step. */
    long step(long nowNanos) {
        switch (state) {
            case OPENING:
                return untilAnswer(nowNanos);
            case UP:
                return untilStall(nowNanos);
            case ENDED:
                return Work.UNTIL_WOKEN;
        }
        throw new AssertionError(state);
    }

    private long untilAnswer(long nowNanos) {
        long restNanos = stateSinceNanos + settings.headerTimeout().toNanos() - nowNanos;
        if (restNanos > 0) return restNanos;
        // Its ending comes back as CANCELLED, with the status if one had come.
        session.cancel();
        return Work.UNTIL_WOKEN;
    }

    private long untilStall(long nowNanos) {
        long limitNanos = settings.stallTimeout().toNanos();
        signalAtStepNanos = session.lastSignalNanos();
        if (session.isPaused()) return limitNanos;
        long silenceNanos = nowNanos - signalAtStepNanos;
        if (silenceNanos < limitNanos) return limitNanos - silenceNanos;
        stalled(silenceNanos, nowNanos);
        return 0;
    }

    /** The machine was away: a connection that has lived through it is not to be believed. */
    void suspended(Duration away, long nowNanos) {
        if (state != State.UP || away.compareTo(settings.stallTimeout()) < 0) return;
        stalled(nowNanos - signalAtStepNanos + away.toNanos(), nowNanos);
    }

    private void stalled(long silenceNanos, long nowNanos) {
        session.cancel();
        long heardUntilNanos = Math.min(session.heardUntilNanos(), nowNanos - silenceNanos);
        end(new Disconnection.Stalled(Duration.ofNanos(silenceNanos)), heardUntilNanos, nowNanos);
    }

    /** Ends it from our side and frees X's slot. */
    void close(Disconnection how) {
        if (state == State.ENDED) return;
        session.cancel();
        long nowNanos = time.nanoTime();
        end(how, session.heardUntilNanos(), nowNanos);
    }

    /** Frees X's slot, and no more. */
    void abandon() {
        state = State.ENDED;
        try {
            session.cancel();
        } catch (RuntimeException | Error e) {
            // The other connections must go all the same; the transport tries again when the stream is closed.
        }
    }

    @Override
    public void answered(Head head) {
        mail(() -> {
            state = State.UP;
            wasUp = true;
            stateSinceNanos = time.nanoTime();
            signalAtStepNanos = session.lastSignalNanos();
            owner.up(head);
        });
    }

    @Override
    public void refused(Head head, Problem problem) {
        mail(() -> {
            Optional<Duration> untilReset = head.rateLimitReset()
                    .map(reset -> Duration.between(head.date().orElseGet(time::instant), reset));
            long nowNanos = time.nanoTime();
            end(new Disconnection.Refused(head.status(), problem, untilReset), nowNanos, nowNanos);
        });
    }

    @Override
    public void ended(Ending ending) {
        mail(() -> {
            account(ending);
            end(disconnection(ending), session.heardUntilNanos(), time.nanoTime());
        });
    }

    @Override
    public void notice(Problem problem) {
        mail(() -> {
            // X may leave the socket open and silent after this.
            session.cancel();
            end(new Disconnection.Notice(problem), session.heardUntilNanos(), time.nanoTime());
        });
    }

    @Override
    public void info(JsonNode info) {
        mail(() -> owner.info(info));
    }

    @Override
    public void unknown(String json) {
        around.events().tell(new StreamEvent.MessageUnknown(time.instant(), number, json));
    }

    @Override
    public void faulty(LineFault fault, long lengthBytes, OptionalLong postId) {
        around.events().tell(new StreamEvent.LineFaulty(time.instant(), number, fault, lengthBytes, postId));
    }

    @Override
    public void paused(long heldBytes) {
        // A job is read as fast as its posts are handled: its pauses are no news.
        if (number == JobRun.NUMBER) return;
        around.events().tell(new StreamEvent.ReadingPaused(time.instant(), number, heldBytes));
    }

    @Override
    public void resumed(long pausedNanos) {
        if (number == JobRun.NUMBER) return;
        around.events().tell(new StreamEvent.ReadingResumed(time.instant(), number, Duration.ofNanos(pausedNanos)));
    }

    /** A late word of a connection that was given up changes nothing. */
    private void mail(Runnable word) {
        around.streamThread().execute(() -> {
            if (state != State.ENDED) word.run();
        });
    }

    /** What the attempt cost, which is known only now. */
    private void account(Ending ending) {
        if (wasUp) return;
        switch (ending.kind()) {
            case UNKNOWN_HOST, NOT_CONNECTED, TLS, PROXY, NO_TOKEN, KEYS_REFUSED -> budget.refund();
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
                return new Disconnection.NoToken(ending.detail(), false);
            case KEYS_REFUSED:
                return new Disconnection.NoToken(ending.detail(), true);
            case CANCELLED:
                return new Disconnection.Network(new Ending(
                        Ending.Kind.NO_ANSWER, "no answer within " + Durations.text(settings.headerTimeout())));
            default:
                return new Disconnection.Network(ending);
        }
    }

    private void end(Disconnection how, long heardUntilNanos, long nowNanos) {
        state = State.ENDED;
        lastSignalAt = wallClock(heardUntilNanos, nowNanos);
        owner.ended(how);
    }

    private Instant wallClock(long nanos, long nowNanos) {
        return time.instant().plusNanos(nanos - nowNanos);
    }

    boolean isUp() {
        return state == State.UP;
    }

    /** Whether it ever was up. */
    boolean wasUp() {
        return wasUp;
    }

    /** Whether it was up for long enough, and brought something, so that its drop is not the server's refusal. */
    boolean wasHealthy(long nowNanos) {
        return wasUp
                && session.heardLine()
                && nowNanos - stateSinceNanos >= settings.healthyAfter().toNanos();
    }

    /** Whether X may have ended it because we had stopped reading. */
    boolean wasPausedLately(long nowNanos) {
        return session.pausedWithin(Session.CAUGHT_UP_NANOS, nowNanos);
    }

    /** Up to when all had come before it ended. */
    Instant lastSignalAt() {
        return lastSignalAt;
    }

    Session session() {
        return session;
    }

    Recovery.LiveConnection view() {
        long nowNanos = time.nanoTime();
        return new Recovery.LiveConnection(
                number,
                wallClock(session.heardUntilNanos(), nowNanos),
                session.lastKeepAliveNanos().isPresent()
                        ? wallClock(session.lastKeepAliveNanos().getAsLong(), nowNanos)
                        : Instant.MIN,
                session.oldestPostAt(),
                session.newestPostAt(),
                session.isPaused(),
                session.backfilled());
    }
}
