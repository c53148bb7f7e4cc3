package io.gapless.stream;

import com.fasterxml.jackson.databind.JsonNode;
import io.gapless.stream.api.Problem;
import io.gapless.stream.seam.Ending;
import io.gapless.stream.seam.Head;
import io.gapless.stream.seam.Time;
import io.gapless.stream.seam.Transport;
import java.io.ByteArrayOutputStream;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * One connection, top to bottom: bytes → lines → messages → inbox. It never reads, sleeps or blocks; it is pushed to by
 * the transport, and tells its lane what matters through {@link Told}.
 */
final class Session implements Transport.Receiver, LineFramer.Lines {
    private static final int REFUSAL_MAX_BYTES = 64 * 1024;

    /** What a session tells, from the transport's thread. */
    interface Told {
        void answered(Session session, Head head);

        void refused(Session session, Head head, Problem problem);

        void ended(Session session, Ending ending);

        void notice(Session session, Problem problem);

        void info(Session session, JsonNode info);

        void unknown(Session session, String json);

        void faulty(Session session, LineFault fault, long lengthBytes, OptionalLong postId);

        void paused(Session session, long heldBytes);

        void resumed(Session session, long pausedNanos);
    }

    private final Time time;
    private final Inbox inbox;
    private final Traffic traffic;
    private final Runnable wakeHandler;
    private final Told told;
    private final Origin origin;

    // Written and read by the transport's thread.
    private final LineFramer framer;
    private final ByteArrayOutputStream refusal = new ByteArrayOutputStream();
    private final List<Post> batch = new ArrayList<>();
    private Instant batchAt = Instant.MIN;
    private @Nullable Head head;

    // Written by the transport's and, on resuming, the handler's thread; read by the lane.
    private volatile long lastSignalNanos;
    private volatile long pausedAtNanos = NOT_PAUSED;
    private volatile long lastResumedNanos = NEVER;
    private volatile boolean heardLine;

    private static final long NOT_PAUSED = Long.MIN_VALUE;
    private static final long NEVER = Long.MIN_VALUE;

    // Written once by the lane, right after the exchange was opened.
    private volatile Transport.@Nullable Exchange exchange;

    Session(Time time, Inbox inbox, Traffic traffic, Runnable wakeHandler, Origin origin, int lineMaxBytes, Told told) {
        this.time = time;
        this.inbox = inbox;
        this.traffic = traffic;
        this.wakeHandler = wakeHandler;
        this.origin = origin;
        this.framer = new LineFramer(lineMaxBytes);
        this.told = told;
        this.lastSignalNanos = time.nanoTime();
    }

    void openedAs(Transport.Exchange opened) {
        exchange = opened;
        // The inbox may have made room before the exchange was known here.
        if (pausedAtNanos == NOT_PAUSED) opened.resume();
    }

    @Override
    public void answered(Head answer, long nowNanos) {
        lastSignalNanos = nowNanos;
        head = answer;
        if (answer.status() == 200) told.answered(this, answer);
    }

    @Override
    public boolean bytes(byte[] buffer, int length, long nowNanos) {
        if (head == null || head.status() != 200) {
            // A refusal's head and first sentences are enough to know it by.
            refusal.write(buffer, 0, Math.min(length, REFUSAL_MAX_BYTES - refusal.size()));
            return true;
        }
        lastSignalNanos = nowNanos;
        batchAt = time.instant();
        framer.feed(buffer, length, this);
        return batch.isEmpty() || handOver(nowNanos);
    }

    private boolean handOver(long nowNanos) {
        traffic.received(batch.size(), nowNanos);
        // Paused is noted before the inbox can call for resuming.
        pausedAtNanos = nowNanos;
        boolean room = inbox.add(batch, this::resume);
        if (room) pausedAtNanos = NOT_PAUSED;
        batch.clear();
        wakeHandler.run();
        if (!room) told.paused(this, inbox.heldBytes());
        return room;
    }

    /** There is room again. The time in which we did not read is no silence of X. */
    private void resume() {
        long nowNanos = time.nanoTime();
        long since = pausedAtNanos;
        lastSignalNanos = nowNanos;
        lastResumedNanos = nowNanos;
        pausedAtNanos = NOT_PAUSED;
        told.resumed(this, nowNanos - since);
        Transport.Exchange open = exchange;
        if (open != null) open.resume();
    }

    @Override
    public void line(byte[] buffer, int from, int to) {
        heardLine = true;
        Message message = MessageParser.parse(buffer, from, to, origin, batchAt);
        if (message instanceof Post post) batch.add(post);
        else tell(message, to - from);
    }

    private void tell(Message message, long lengthBytes) {
        if (message instanceof Message.Damaged damaged) {
            batch.add(damaged.post());
            told.faulty(
                    this,
                    LineFault.NOT_UTF8,
                    lengthBytes,
                    OptionalLong.of(damaged.post().id()));
        } else if (message instanceof Message.Notice notice) {
            told.notice(this, notice.problem());
        } else if (message instanceof Message.Info info) {
            told.info(this, info.json());
        } else if (message instanceof Message.Unknown unknown) {
            told.unknown(this, unknown.json());
        } else if (message instanceof Message.Malformed malformed) {
            told.faulty(this, malformed.fault(), lengthBytes, OptionalLong.empty());
        } else {
            throw new AssertionError("not a kind of message: " + message);
        }
    }

    @Override
    public void keepAlive() {
        heardLine = true;
    }

    @Override
    public void tooLong(byte[] lineHead, long lengthBytes) {
        told.faulty(this, LineFault.TOO_LONG, lengthBytes, MessageParser.idInHead(lineHead));
    }

    @Override
    public void ended(Ending ending, long nowNanos) {
        Head answer = head;
        if (answer != null && answer.status() != 200) {
            told.refused(this, answer, Problem.parse(refusal.toByteArray()));
            return;
        }
        if (framer.unfinishedBytes() > 0) {
            told.faulty(this, LineFault.UNFINISHED, framer.unfinishedBytes(), OptionalLong.empty());
        }
        told.ended(this, ending);
    }

    /** Closes the socket; what still comes is taken all the same. */
    void cancel() {
        Transport.Exchange open = exchange;
        if (open != null) open.cancel();
    }

    long lastSignalNanos() {
        return lastSignalNanos;
    }

    /** Whether we do not read because the inbox is full. */
    boolean isPaused() {
        return pausedAtNanos != NOT_PAUSED;
    }

    /** Whether we had stopped reading within so many nanoseconds before a moment. */
    boolean pausedWithin(long nanos, long nowNanos) {
        return isPaused() || (lastResumedNanos != NEVER && nowNanos - lastResumedNanos <= nanos);
    }

    /** Whether a line or a keep-alive has come. */
    boolean heardLine() {
        return heardLine;
    }
}
