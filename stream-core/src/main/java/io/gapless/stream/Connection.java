package io.gapless.stream;

import com.fasterxml.jackson.databind.JsonNode;
import io.gapless.stream.api.Answer;
import io.gapless.stream.event.Disconnection;
import io.gapless.stream.event.StreamEvent;
import io.gapless.stream.event.StreamEvent.LineFault;
import io.gapless.stream.pace.ConnectBudget;
import io.gapless.stream.post.Problem;
import io.gapless.stream.seam.Durations;
import io.gapless.stream.seam.Ending;
import io.gapless.stream.seam.Head;
import io.gapless.stream.seam.Request;
import io.gapless.stream.seam.Time;
import io.gapless.stream.seam.TokenCalls;
import io.gapless.stream.seam.Work;
import io.gapless.stream.spi.Recovery;
import io.gapless.stream.spi.Source;
import io.gapless.stream.spi.UnreadLine;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * Watches one HTTP response from the request to its ending. X must answer within the header timeout. After that, the
 * time between two bytes must be shorter than the stall timeout. Owner: the stream's thread. The session runs on the
 * transport's thread. Its reports are passed to the stream's thread as tasks.
 *
 * <pre>
 *  OPENING ──(200)──▶ ANSWERED ──(the first line that is X's)──▶ UP ──┐
 *     └──(any ending)────┴─────────────────────────────────────────────┴──▶ ENDED
 * </pre>
 */
final class Connection implements Session.Listener {
    private enum State {
        OPENING,
        ANSWERED,
        UP,
        ENDED
    }

    /** Receives the reports of a connection, such as that it is up or has ended. Called on the stream's thread. */
    interface Owner {
        /** Called when X, or a server in between, has answered 200. */
        default void answered() {}

        /** Called when the first line that is X's has arrived. */
        void up(Recovery.Accepted answer);

        /**
         * Called when a line can be read again after a span of unreadable lines.
         *
         * @param heardAt when the last signal before the span arrived
         * @param lines the number of unreadable lines
         */
        void unreadable(Instant heardAt, long lines);

        /**
         * Called for each unreadable line that does not belong to a span of unreadable lines. Only the next readable
         * line shows that, so the call comes with the next readable line.
         */
        void unreadable(UnreadLine line);

        void info(JsonNode info);

        /** Called when reading is paused, because the inbox is full. */
        default void paused() {}

        /** Called when the connection has ended. No other call follows. */
        void ended(Disconnection how);
    }

    /** The number of a connection that carries a recovery job. Live connections have the numbers 1 and 2. */
    static final int JOB = 0;

    /** How long unreadable lines may arrive without a readable one. After that, the stream ends the connection. */
    private static final long UNREADABLE_MAX_NANOS = Duration.ofMinutes(2).toNanos();

    /** How long a cancelled exchange may take to report its ending. */
    private static final long CANCEL_NANOS = Duration.ofSeconds(1).toNanos();

    private static final Ending CANCELLED = new Ending(Ending.Kind.CANCELLED, "");

    private final int number;
    private final ConnectionContext around;
    private final StreamSettings settings;
    private final Time time;
    private final ConnectBudget budget;
    private final Owner owner;
    private final Session session;

    private State state = State.OPENING;
    private @Nullable Request request;
    private boolean wasAnswered;
    private boolean wasUp;
    private long answeredNanos;
    private final long openedNanos;
    private long stateSinceNanos;
    /**
     * How many spans of unreadable lines have been reported to the owner. While the session has counted more spans than
     * this, the field {@code heardUntilNanos} does not advance.
     */
    private int spansTold;

    private long heardUntilNanos;
    /**
     * When the last byte before the last step arrived. If the machine was suspended, silence is measured from this
     * time, because a byte that arrived after that step may have arrived after the suspend.
     */
    private long signalAtStepNanos;

    private Instant lastSignalAt;

    Connection(
            int number, ConnectionContext around, ConnectBudget budget, Source live, Source backfilled, Owner owner) {
        this.number = number;
        this.around = around;
        this.settings = around.settings();
        this.time = around.time();
        this.budget = budget;
        this.owner = owner;
        this.session = new Session(around, live, backfilled, this);
        this.openedNanos = time.nanoTime();
        this.stateSinceNanos = openedNanos;
        this.heardUntilNanos = stateSinceNanos;
        this.lastSignalAt = time.instant();
    }

    void open(Request asked) {
        request = asked;
        around.api().windows().sent(asked.method(), asked.uri().getPath(), time.nanoTime());
        session.openedAs(around.transport().open(asked, session));
    }

    /**
     * Ends the connection if an answer, a byte or a readable line is overdue. Returns the nanoseconds until the next
     * step.
     */
    long step(long nowNanos) {
        switch (state) {
            case OPENING:
                return untilAnswer(nowNanos);
            case ANSWERED:
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
        // The session then reports the ending CANCELLED, or a refusal if the status had arrived.
        session.cancel();
        if (restNanos + CANCEL_NANOS > 0) return restNanos + CANCEL_NANOS;
        // The exchange hangs although it was cancelled, for example in the user's token source.
        boolean noToken = around.api().isWaitingForToken(asked());
        ended(noToken ? new Ending(Ending.Kind.NO_TOKEN, TokenCalls.HANGS) : CANCELLED, nowNanos);
        return 0;
    }

    private void ended(Ending ending, long nowNanos) {
        account(ending);
        Disconnection how = disconnection(ending);
        end(wasUp ? how : session.foreign().orElse(how), heardUntilNanos(), nowNanos);
    }

    private long untilStall(long nowNanos) {
        long limitNanos = settings.stallTimeout().toNanos();
        signalAtStepNanos = session.lastSignalNanos();
        OptionalLong sinceNanos = session.listeningSinceNanos();
        if (sinceNanos.isEmpty()) return limitNanos;
        long unreadableNanos = session.unreadableNanos(nowNanos);
        if (unreadableNanos >= UNREADABLE_MAX_NANOS) {
            unreadable(Duration.ofNanos(unreadableNanos), nowNanos);
            return 0;
        }
        long silenceNanos = nowNanos - sinceNanos.getAsLong();
        if (silenceNanos >= limitNanos) {
            stalled(silenceNanos, 0, nowNanos);
            return 0;
        }
        long restNanos = limitNanos - silenceNanos;
        return unreadableNanos == 0 ? restNanos : Math.min(restNanos, UNREADABLE_MAX_NANOS - unreadableNanos);
    }

    private void unreadable(Duration length, long nowNanos) {
        session.cancel();
        Disconnection how = new Disconnection.Unreadable(length);
        end(wasUp ? how : session.foreign().orElse(how), heardUntilNanos(), nowNanos);
    }

    /**
     * Ends the connection if the machine was suspended for at least the stall timeout, because a connection cannot be
     * trusted after that.
     */
    void suspended(Duration away, long nowNanos) {
        if (state == State.OPENING || state == State.ENDED || away.compareTo(settings.stallTimeout()) < 0) return;
        stalled(nowNanos - signalAtStepNanos + away.toNanos(), away.toNanos(), nowNanos);
    }

    /**
     * Ends the connection as stalled. While a machine is suspended, its wall clock goes on but the monotonic clock does
     * not. So the time of the last signal is moved back by {@code awayNanos}, the length of the suspend.
     */
    private void stalled(long silenceNanos, long awayNanos, long nowNanos) {
        session.cancel();
        Disconnection how = new Disconnection.Stalled(Duration.ofNanos(silenceNanos));
        long untilNanos = Math.min(heardUntilNanos() - awayNanos, nowNanos - silenceNanos);
        end(wasUp ? how : session.foreign().orElse(how), untilNanos, nowNanos);
    }

    /** Ends the connection from this side, which frees its slot at X. */
    void close(Disconnection how) {
        if (state == State.ENDED) return;
        session.cancel();
        long nowNanos = time.nanoTime();
        end(how, heardUntilNanos(), nowNanos);
    }

    /** Ends the connection if reading is paused, before X drops posts that it cannot send. */
    void closePaused() {
        if (session.isPauseTold()) close(new Disconnection.NoRoom());
    }

    /** Cancels the exchange, which frees the slot at X. Reports nothing to the owner. */
    void abandon() {
        state = State.ENDED;
        try {
            session.cancel();
        } catch (RuntimeException | Error e) {
            // This exception is ignored, because the caller must still free the slots of the other connections. The
            // transport cancels again when the stream is closed.
        }
    }

    @Override
    public void answered(Head head) {
        // The rate limits in X's answer count even if this connection has ended in the meantime.
        around.streamThread().execute(() -> around.api().answered(asked(), head));
        mail(() -> {
            state = State.ANSWERED;
            wasAnswered = true;
            answeredNanos = session.answeredAtNanos();
            stateSinceNanos = answeredNanos;
            signalAtStepNanos = session.lastSignalNanos();
            owner.answered();
        });
    }

    @Override
    public void confirmed(Head head) {
        mail(() -> {
            state = State.UP;
            wasUp = true;
            stateSinceNanos = time.nanoTime();
            around.api().accepted(asked());
            owner.up(new Recovery.Accepted(
                    head, wallClock(openedNanos, stateSinceNanos), wallClock(answeredNanos, stateSinceNanos)));
        });
    }

    @Override
    public void unreadable(long heardNanos, long lines) {
        mail(() -> {
            spansTold++;
            owner.unreadable(wallClock(heardNanos, time.nanoTime()), lines);
        });
    }

    @Override
    public void unreadable(UnreadLine line) {
        mail(() -> owner.unreadable(line));
    }

    @Override
    public void refused(Head head, Problem problem) {
        mail(() -> {
            Answer answer = around.api().refused(asked(), head, problem);
            long nowNanos = time.nanoTime();
            end(new Disconnection.Refused(answer), nowNanos, nowNanos);
        });
    }

    private Request asked() {
        return Objects.requireNonNull(request, "what was answered was asked");
    }

    @Override
    public void ended(Ending ending) {
        mail(() -> ended(ending, time.nanoTime()));
    }

    @Override
    public void notice(Problem problem) {
        mail(() -> {
            // After a notice, X may leave the socket open and silent. So the stream closes the connection itself.
            session.cancel();
            end(new Disconnection.Notice(problem), heardUntilNanos(), time.nanoTime());
        });
    }

    @Override
    public void info(JsonNode info) {
        mail(() -> owner.info(info));
    }

    @Override
    public void unknown(String json) {
        around.events().tell(new StreamEvent.MessageUnknown(time.instant(), number, json, 1));
    }

    @Override
    public void unavailable(Problem problem) {
        around.events().tell(new StreamEvent.PostUnavailable(time.instant(), number, problem, 1));
    }

    @Override
    public void faulty(LineFault fault, long lengthBytes, OptionalLong postId) {
        around.events().tell(new StreamEvent.LineFaulty(time.instant(), number, fault, lengthBytes, postId, 1));
    }

    @Override
    public void paused(long heldBytes) {
        // A recovery job is read only as fast as the handler takes its posts. Its pauses are normal, so they are not
        // reported.
        if (number == JOB) return;
        around.events().tell(new StreamEvent.ReadingPaused(time.instant(), number, heldBytes));
        mail(owner::paused);
    }

    @Override
    public void resumed(long pausedNanos) {
        if (number == JOB) return;
        around.events().tell(new StreamEvent.ReadingResumed(time.instant(), number, Duration.ofNanos(pausedNanos)));
    }

    /**
     * Runs a report of the session on the stream's thread. If the connection has ended by then, the report is dropped.
     */
    private void mail(Runnable word) {
        around.streamThread().execute(() -> {
            if (state != State.ENDED) word.run();
        });
    }

    /**
     * Corrects the connect budget if X sent no answer. A connect that never reached X is refunded. A connect that X may
     * have received twice is charged again.
     */
    private void account(Ending ending) {
        if (wasAnswered) return;
        switch (ending.kind()) {
            case UNKNOWN_HOST, NOT_CONNECTED, TLS, PROXY, NO_TOKEN, KEYS_REFUSED, KEYS_PARKED -> budget.refund();
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
                return new Disconnection.NoToken(ending.detail(), Disconnection.NoToken.Next.SOON);
            case KEYS_PARKED:
                return new Disconnection.NoToken(ending.detail(), Disconnection.NoToken.Next.PARKED);
            case KEYS_REFUSED:
                return new Disconnection.NoToken(ending.detail(), Disconnection.NoToken.Next.NEVER);
            case CANCELLED:
                return new Disconnection.Network(
                        Ending.Kind.NO_ANSWER.name(), "no answer within " + Durations.text(settings.headerTimeout()));
            default:
                return new Disconnection.Network(ending.kind().name(), ending.detail());
        }
    }

    private void end(Disconnection how, long untilNanos, long nowNanos) {
        state = State.ENDED;
        lastSignalAt = wallClock(untilNanos, nowNanos);
        if (!wasAnswered)
            around.api().windows().unanswered(asked().method(), asked().uri().getPath());
        owner.ended(how);
    }

    private Instant wallClock(long nanos, long nowNanos) {
        return time.instant().plusNanos(nanos - nowNanos);
    }

    boolean isUp() {
        return state == State.UP;
    }

    /** Returns whether the connection was up at any time, even if it has ended. */
    boolean wasUp() {
        return wasUp;
    }

    /**
     * Returns the time up to which everything that X sent has arrived. This time does not advance past a span of
     * unreadable lines until that span has been reported to the owner.
     */
    private long heardUntilNanos() {
        // The time is read before the number of spans, because the session counts a span before it advances the time.
        long nanos = session.heardUntilNanos();
        if (session.spans() == spansTold) heardUntilNanos = nanos;
        return heardUntilNanos;
    }

    /**
     * Returns whether the connection was up long enough to be healthy, so that its end does not count as a failed
     * connect.
     */
    boolean wasHealthy(long nowNanos) {
        return wasUp && nowNanos - stateSinceNanos >= settings.healthyAfter().toNanos();
    }

    /** Returns whether the last lines that arrived were unreadable. */
    boolean endedUnreadable() {
        return session.unreadableNanos(time.nanoTime()) > 0;
    }

    /**
     * Returns whether reading is paused, or older lines may still arrive after a pause. If so, X may have ended the
     * connection because of a slow reader.
     */
    boolean wasPausedLately() {
        return session.wasPausedLately();
    }

    /** Returns the time up to which everything that X sent had arrived when the connection ended. */
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
                wallClock(heardUntilNanos(), nowNanos),
                session.lastKeepAliveNanos().isPresent()
                        ? wallClock(session.lastKeepAliveNanos().getAsLong(), nowNanos)
                        : Instant.MIN,
                session.oldestPostAt(),
                session.newestPostAt(),
                wasPausedLately());
    }
}
