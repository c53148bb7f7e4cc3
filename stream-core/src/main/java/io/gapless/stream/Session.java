package io.gapless.stream;

import com.fasterxml.jackson.databind.JsonNode;
import io.gapless.stream.api.Problem;
import io.gapless.stream.seam.Ending;
import io.gapless.stream.seam.Head;
import io.gapless.stream.seam.Time;
import io.gapless.stream.seam.Transport;
import java.io.ByteArrayOutputStream;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import java.util.function.LongFunction;
import org.jspecify.annotations.Nullable;

/**
 * One connection's bytes, top to bottom: bytes → lines → messages → inbox. It never reads, sleeps or blocks; it is pushed
 * to by the transport, and tells its connection what matters through {@link Told}.
 */
final class Session implements Transport.Receiver, LineFramer.Lines {
    private static final int REFUSAL_MAX_BYTES = 64 * 1024;
    /** After so long without a pause, what comes is new. */
    static final long CAUGHT_UP_NANOS = Duration.ofSeconds(60).toNanos();

    private static final long NEVER = Long.MIN_VALUE;

    /** What a session tells, from the transport's thread. */
    interface Told {
        void answered(Head head);

        void refused(Head head, Problem problem);

        void ended(Ending ending);

        void notice(Problem problem);

        void info(JsonNode info);

        void unknown(String json);

        void faulty(LineFault fault, long lengthBytes, OptionalLong postId);

        void paused(long heldBytes);

        void resumed(long pausedNanos);
    }

    private final Time time;
    private final Inbox inbox;
    private final Traffic traffic;
    private final Runnable wakeHandler;
    private final Told told;
    private final Source live;
    private final Source backfilled;
    private final LongFunction<Source> sourceOf = this::sourceOf;
    private final Runnable resume = this::resume;

    // Written and read by the transport's thread.
    private final LineFramer framer;
    private final ByteArrayOutputStream refusal = new ByteArrayOutputStream();
    private final List<Post> batch = new ArrayList<>();
    private Instant batchAt = Instant.MIN;
    private long batchNanos;
    private long signalBeforeNanos;
    private long answeredAtMillis;
    private long answeredAtNanos;
    private @Nullable Head head;

    // Written by the transport's and, on resuming, the handler's thread; read by the stream's.
    private volatile long lastSignalNanos;
    private volatile long pausedAtNanos = NEVER;
    private volatile long lastResumedNanos = NEVER;
    /** The pause since which what we read may have been sent long before; none, once a minute has passed without one. */
    private volatile long behindSinceNanos = NEVER;

    private volatile long lastKeepAliveNanos = NEVER;
    private volatile long oldestPostMillis = Long.MAX_VALUE;
    private volatile long newestPostMillis = NEVER;
    private volatile boolean heardLine;

    // Written once by the stream's thread, right after the exchange was opened.
    private volatile Transport.@Nullable Exchange exchange;

    /**
     * A session.
     *
     * @param live counts what happens from the connect on
     * @param backfilled counts what was created before the connect
     */
    Session(Connection.Surroundings around, Source live, Source backfilled, Told told) {
        this.time = around.time();
        this.inbox = around.inbox();
        this.traffic = around.traffic();
        this.wakeHandler = around.wakeHandler();
        this.framer = new LineFramer(around.settings().lineMaxBytes());
        this.live = live;
        this.backfilled = backfilled;
        this.told = told;
        this.lastSignalNanos = time.nanoTime();
    }

    void openedAs(Transport.Exchange opened) {
        exchange = opened;
        // The inbox may have filled and made room again before the exchange was known here.
        if (lastResumedNanos != NEVER) opened.resume();
    }

    @Override
    public boolean answered(Head answer, long nowNanos) {
        lastSignalNanos = nowNanos;
        head = answer;
        if (answer.status() != 200) return true;
        traffic.signal(nowNanos);
        answeredAtMillis = answer.date().orElseGet(time::instant).toEpochMilli();
        answeredAtNanos = nowNanos;
        told.answered(answer);
        // Otherwise each connect, in a long pause, would bring a little more into an inbox that is full.
        pausedAtNanos = nowNanos;
        return goesOn(inbox.awaitRoom(live.origin(), resume));
    }

    @Override
    public boolean bytes(byte[] buffer, int length, long nowNanos) {
        if (head == null || head.status() != 200) {
            // A refusal's head and first sentences are enough to know it by.
            refusal.write(buffer, 0, Math.min(length, REFUSAL_MAX_BYTES - refusal.size()));
            return true;
        }
        signalBeforeNanos = lastSignalNanos;
        lastSignalNanos = nowNanos;
        if (behindSinceNanos != NEVER && nowNanos - lastResumedNanos >= CAUGHT_UP_NANOS) behindSinceNanos = NEVER;
        traffic.signal(nowNanos);
        batchNanos = nowNanos;
        framer.feed(buffer, length, this);
        return batch.isEmpty() || handOver(nowNanos);
    }

    private boolean handOver(long nowNanos) {
        traffic.received(batch.size(), nowNanos);
        pausedAtNanos = nowNanos;
        boolean room = inbox.add(batch, resume);
        batch.clear();
        wakeHandler.run();
        return goesOn(room);
    }

    /** A pause was noted before the inbox was asked, since it may call for resuming at once. */
    private boolean goesOn(boolean room) {
        if (room) pausedAtNanos = NEVER;
        else told.paused(inbox.heldBytes());
        return room;
    }

    /** There is room again. The time in which we did not read is no silence of X. */
    private void resume() {
        long nowNanos = time.nanoTime();
        long since = pausedAtNanos;
        lastResumedNanos = nowNanos;
        if (behindSinceNanos == NEVER) behindSinceNanos = since;
        lastSignalNanos = nowNanos;
        pausedAtNanos = NEVER;
        told.resumed(nowNanos - since);
        Transport.Exchange open = exchange;
        if (open != null) open.resume();
    }

    @Override
    public void line(byte[] buffer, int from, int to) {
        hearLine();
        if (batch.isEmpty()) batchAt = time.instant();
        Message message = MessageParser.parse(buffer, from, to, sourceOf, batchAt);
        if (message instanceof Post post) batch.add(post);
        else tell(message, to - from);
    }

    /** A volatile write for each line would be felt. */
    private void hearLine() {
        if (!heardLine) heardLine = true;
    }

    /** By X's clock: a post created before the connect's answer has been sent again. */
    private Source sourceOf(long id) {
        Source source = live;
        if (Snowflake.carriesTime(id)) {
            long createdMillis = Snowflake.millis(id);
            if (createdMillis > newestPostMillis) newestPostMillis = createdMillis;
            if (createdMillis < oldestPostMillis) oldestPostMillis = createdMillis;
            if (createdMillis < answeredAtMillis) source = backfilled;
        }
        source.addReceived();
        return source;
    }

    private void tell(Message message, long lengthBytes) {
        if (message instanceof Message.Damaged damaged) {
            batch.add(damaged.post());
            told.faulty(
                    LineFault.NOT_UTF8,
                    lengthBytes,
                    OptionalLong.of(damaged.post().id()));
        } else if (message instanceof Message.Notice notice) {
            // Like any end, it is no sign that all before it has come.
            lastSignalNanos = signalBeforeNanos;
            told.notice(notice.problem());
        } else if (message instanceof Message.Info info) {
            told.info(info.json());
        } else if (message instanceof Message.Unknown unknown) {
            told.unknown(unknown.json());
        } else if (message instanceof Message.Malformed malformed) {
            told.faulty(malformed.fault(), lengthBytes, OptionalLong.empty());
        } else {
            throw new AssertionError("not a kind of message: " + message);
        }
    }

    @Override
    public void keepAlive() {
        hearLine();
        lastKeepAliveNanos = batchNanos;
    }

    @Override
    public void tooLong(byte[] lineHead, long lengthBytes) {
        told.faulty(LineFault.TOO_LONG, lengthBytes, MessageParser.idInHead(lineHead));
    }

    @Override
    public void ended(Ending ending, long nowNanos) {
        inbox.awaitNoMore(resume);
        Head answer = head;
        if (answer != null && answer.status() != 200) {
            told.refused(answer, Problem.parse(refusal.toByteArray()));
            return;
        }
        if (framer.unfinishedBytes() > 0) {
            told.faulty(LineFault.UNFINISHED, framer.unfinishedBytes(), OptionalLong.empty());
        }
        told.ended(ending);
    }

    /** Closes the socket; what still comes is taken all the same. */
    void cancel() {
        Transport.Exchange open = exchange;
        if (open != null) open.cancel();
    }

    /** When X was heard last; a pause of ours counts as a signal when it ends. */
    long lastSignalNanos() {
        return lastSignalNanos;
    }

    /**
     * Up to when all has come that X has sent. After a pause that is as far as the posts have come, and not the last
     * signal: X may have closed the connection meanwhile, and dropped what we had not read.
     */
    long heardUntilNanos() {
        long signalNanos = lastSignalNanos;
        long sinceNanos = behindSinceNanos;
        long newestMillis = newestPostMillis;
        if (sinceNanos == NEVER) return signalNanos;
        if (newestMillis == NEVER) return sinceNanos;
        long newestNanos = answeredAtNanos + TimeUnit.MILLISECONDS.toNanos(newestMillis - answeredAtMillis);
        return Math.max(sinceNanos, Math.min(newestNanos, signalNanos));
    }

    OptionalLong lastKeepAliveNanos() {
        long nanos = lastKeepAliveNanos;
        return nanos == NEVER ? OptionalLong.empty() : OptionalLong.of(nanos);
    }

    Instant oldestPostAt() {
        long millis = oldestPostMillis;
        return millis == Long.MAX_VALUE ? Instant.MAX : Instant.ofEpochMilli(millis);
    }

    Instant newestPostAt() {
        long millis = newestPostMillis;
        return millis == NEVER ? Instant.MIN : Instant.ofEpochMilli(millis);
    }

    Source backfilled() {
        return backfilled;
    }

    /** Whether we do not read because the inbox is full. */
    boolean isPaused() {
        return pausedAtNanos != NEVER;
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
