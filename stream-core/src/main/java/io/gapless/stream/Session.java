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
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import java.util.function.LongFunction;
import org.jspecify.annotations.Nullable;

/**
 * One connection's bytes, top to bottom: bytes → lines → messages → inbox. It never reads, sleeps or blocks; it is pushed
 * to by the transport, and tells its connection what matters through {@link Told}.
 *
 * <p>Neither a 200 nor bytes are believed: an answer is X's when the first line has come that is, or a keep-alive, unless
 * it is a page or the line before it could not be read. From then on X is heard with each line that can be read.
 */
final class Session implements Transport.Receiver, LineFramer.Lines {
    private static final int BEGINNING_MAX_BYTES = 64 * 1024;
    /** After so long without a pause, what comes is new. */
    private static final long CAUGHT_UP_NANOS = Duration.ofSeconds(60).toNanos();

    private static final long NEVER = Long.MIN_VALUE;

    /** What a session tells, from the transport's thread. */
    interface Told {
        void answered(Head head);

        /** The first line that is X's has come. */
        void confirmed(Head head);

        /** After a span of lines that cannot be read, one can be; it began when X had been heard last. */
        void unreadable(long heardNanos, long lines);

        /** A line that cannot be read stood among others. */
        void unreadable(UnreadLine line);

        void refused(Head head, Problem problem);

        void ended(Ending ending);

        void notice(Problem problem);

        void info(JsonNode info);

        void unavailable(Problem problem);

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
    /** What a refusal says, or an answer that is not known to be X's. */
    private final ByteArrayOutputStream beginning = new ByteArrayOutputStream();

    private final UnreadLines unread = new UnreadLines();
    private final IndentedMessage indented = new IndentedMessage();
    /** Whether the next line that can be read changes anything: one field to look at for each line. */
    private boolean unsure = true;

    private boolean confirmed;
    private boolean page;
    private boolean noticed;
    private final List<Post> batch = new ArrayList<>();
    private Instant batchAt = Instant.MIN;
    private long batchNanos;
    private long answeredAtMillis;
    private long answeredAtNanos;
    private @Nullable Head head;
    private boolean isStream;

    // Written by the transport's thread, read by the stream's.
    /** When a line came that could be read, or a keep-alive. */
    private volatile long heardNanos;

    private volatile long unreadSinceNanos = NEVER;
    private volatile int spans;
    private volatile @Nullable Problem foreign;

    // Written by the transport's and, on resuming, the handler's thread; read by the stream's.
    private volatile long lastSignalNanos;
    private volatile long pausedAtNanos = NEVER;
    private volatile long lastResumedNanos = NEVER;
    /** The pause since which what we read may have been sent long before; none, once a minute has passed without one. */
    private volatile long behindSinceNanos = NEVER;

    /** Guards the order in which the transport's and the handler's thread tell of pauses. */
    private final Object pauses = new Object();

    private boolean pauseTold;

    private volatile long lastKeepAliveNanos = NEVER;
    private volatile long oldestPostMillis = Long.MAX_VALUE;
    private volatile long newestPostMillis = NEVER;

    /** Written by the stream's thread: what comes now is nobody's, since the connection has ended. */
    private volatile boolean cancelled;

    // Written once by the stream's thread, right after the exchange was opened.
    private volatile Transport.@Nullable Exchange exchange;

    /**
     * A session.
     *
     * @param live counts what happens from the connect on
     * @param backfilled counts what was created before the connect
     */
    Session(ConnectionContext around, Source live, Source backfilled, Told told) {
        this.time = around.time();
        this.inbox = around.inbox();
        this.traffic = around.traffic();
        this.wakeHandler = around.wakeHandler();
        this.framer = new LineFramer(around.settings().lineMaxBytes());
        this.live = live;
        this.backfilled = backfilled;
        this.told = told;
        this.lastSignalNanos = time.nanoTime();
        this.heardNanos = lastSignalNanos;
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
        isStream = answer.isWhatWasAskedFor();
        if (!isStream) return true;
        heardNanos = nowNanos;
        page = answer.header("content-type")
                .filter(type -> type.toLowerCase(Locale.ROOT).contains("html"))
                .isPresent();
        answeredAtMillis = answer.date().orElseGet(time::instant).toEpochMilli();
        answeredAtNanos = nowNanos;
        told.answered(answer);
        // Otherwise each connect, in a long pause, would bring a little more into an inbox that is full.
        pausedAtNanos = nowNanos;
        return goesOn(inbox.awaitRoom(live.origin(), resume));
    }

    @Override
    public boolean bytes(byte[] buffer, int length, long nowNanos) {
        traffic.reading();
        try {
            return !cancelled && read(buffer, length, nowNanos);
        } finally {
            traffic.read();
        }
    }

    private boolean read(byte[] buffer, int length, long nowNanos) {
        if (head == null || !isStream) {
            keepBeginning(buffer, length);
            return true;
        }
        lastSignalNanos = nowNanos;
        if (behindSinceNanos != NEVER && nowNanos - lastResumedNanos >= CAUGHT_UP_NANOS) behindSinceNanos = NEVER;
        batchNanos = nowNanos;
        if (!confirmed) keepBeginning(buffer, length);
        framer.feed(buffer, length, this);
        if (!confirmed && (page || !unread.isEmpty())) foreign = Problem.parse(beginning.toByteArray());
        return batch.isEmpty() || handOver(nowNanos);
    }

    /** A refusal's first sentences are enough to know it by. */
    private void keepBeginning(byte[] buffer, int length) {
        beginning.write(buffer, 0, Math.min(length, BEGINNING_MAX_BYTES - beginning.size()));
    }

    private boolean handOver(long nowNanos) {
        received(nowNanos);
        heard(nowNanos);
        pausedAtNanos = nowNanos;
        boolean room = inbox.add(batch, resume);
        batch.clear();
        wakeHandler.run();
        return goesOn(room);
    }

    private void handOverLast() {
        traffic.reading();
        try {
            if (batch.isEmpty() || cancelled) return;
            received(batchNanos);
            heard(batchNanos);
            inbox.add(batch, resume);
            batch.clear();
            wakeHandler.run();
        } finally {
            traffic.read();
        }
    }

    private void received(long nowNanos) {
        traffic.received(batch.size());
        if (isLive()) traffic.livePost(nowNanos);
    }

    private boolean isLive() {
        return live.origin() == Origin.LIVE;
    }

    /** But for a notice: like any end, it is no sign that all before it has come. */
    private void heard(long nowNanos) {
        if (noticed) return;
        heardNanos = nowNanos;
        if (isLive()) traffic.signal(nowNanos);
    }

    /** A pause was noted before the inbox was asked, since it may call for resuming at once. */
    private boolean goesOn(boolean room) {
        if (room) pausedAtNanos = NEVER;
        else tellPaused(inbox.heldBytes());
        return room;
    }

    /** Unless the handler has made room meanwhile: its word must not come first, and a pause that is over is no news. */
    private void tellPaused(long heldBytes) {
        synchronized (pauses) {
            if (!isPaused()) return;
            pauseTold = true;
            told.paused(heldBytes);
        }
    }

    /** There is room again. The time in which we did not read is no silence of X. */
    private void resume() {
        long nowNanos = time.nanoTime();
        long since = pausedAtNanos;
        lastResumedNanos = nowNanos;
        if (behindSinceNanos == NEVER) behindSinceNanos = since;
        synchronized (pauses) {
            // In this order: see listeningSinceNanos.
            lastSignalNanos = nowNanos;
            pausedAtNanos = NEVER;
            if (pauseTold) told.resumed(nowNanos - since);
            pauseTold = false;
        }
        Transport.Exchange open = exchange;
        if (open != null) open.resume();
    }

    @Override
    public void line(byte[] buffer, int from, int to) {
        if (batch.isEmpty()) batchAt = time.instant();
        Message message = MessageParser.parse(buffer, from, to, sourceOf, batchAt);
        if (message instanceof Post post) take(post);
        else if (message instanceof Message.Malformed malformed) tell(malformed.fault(), buffer, from, to);
        else if (indented.isBegun() && isLoneValue(message)) tell(LineFault.NOT_JSON, buffer, from, to);
        else tell(message, to - from);
    }

    /** A lone number or word may come of anything. */
    private static boolean isLoneValue(Message message) {
        return message instanceof Message.Unknown unknown
                && !unknown.json().stripLeading().startsWith("{")
                && !unknown.json().stripLeading().startsWith("[");
    }

    private void take(Post post) {
        if (unsure) understood(true);
        batch.add(post);
    }

    /** A line could be read: what could not be before it has an end. */
    private void understood(boolean isX) {
        giveUpIndented();
        if (isX && !confirmed) confirm();
        if (confirmed && !unread.isEmpty()) endUnread();
        unsure = !confirmed;
    }

    private void confirm() {
        confirmed = true;
        foreign = null;
        told.confirmed(Objects.requireNonNull(head, "lines follow a head"));
    }

    private void endUnread() {
        if (unread.isSpan(batchNanos)) {
            // Counted first, so that nobody takes what comes next for proof of what came before.
            spans++;
            told.unreadable(unread.sinceNanos(), unread.count());
        } else {
            unread.lines(time.instant(), time.nanoTime()).forEach(told::unreadable);
        }
        unread.clear();
        unreadSinceNanos = NEVER;
    }

    private void unread(LineFault fault, OptionalLong postId) {
        long beforeNanos = batch.isEmpty() ? heardNanos : batchNanos;
        unread.add(fault, postId, beforeNanos, batchNanos);
        unreadSinceNanos = unread.sinceNanos();
        unsure = true;
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
        if (message instanceof DamagedPost damaged) {
            take(damaged.post());
            told.faulty(
                    LineFault.NOT_UTF8,
                    lengthBytes,
                    OptionalLong.of(damaged.post().id()));
        } else if (message instanceof Message.Notice notice) {
            noticed = true;
            told.notice(notice.problem());
        } else if (message instanceof Message.PostUnavailable unavailable) {
            hear(true);
            told.unavailable(unavailable.problem());
        } else if (message instanceof Message.Info info) {
            hear(true);
            told.info(info.json());
        } else if (message instanceof Message.Unknown unknown) {
            if (!isLoneValue(unknown)) hear(false);
            told.unknown(unknown.json());
        } else {
            throw new AssertionError("not a kind of message: " + message);
        }
    }

    private void hear(boolean isX) {
        if (unsure) understood(isX);
        if (confirmed) heard(batchNanos);
    }

    private void tell(LineFault fault, byte[] buffer, int from, int to) {
        if (fault == LineFault.NO_ID) {
            // Whole JSON, so the line could be read; its post is missing all the same.
            hear(false);
            if (confirmed) told.unreadable(withoutId());
            told.faulty(fault, to - from, OptionalLong.empty());
            return;
        }
        OptionalLong id = MessageParser.idInHead(Arrays.copyOfRange(buffer, from, to));
        unread(fault, id);
        boolean kept = indented.add(buffer, from, to);
        if (kept && indented.mayBeWhole() && tellIndented()) return;
        if (!kept) {
            giveUpIndented();
            told.faulty(fault, to - from, id);
        }
    }

    private UnreadLine withoutId() {
        Instant now = time.instant();
        Instant heardAt = now.minusNanos(time.nanoTime() - heardNanos);
        return new UnreadLine(heardAt, now, LineFault.NO_ID, OptionalLong.empty());
    }

    /** Lines that are no message each may be one together. */
    private boolean tellIndented() {
        byte[] line = indented.asOneLine();
        Message message = MessageParser.parse(line, 0, line.length, sourceOf, batchAt);
        if (message instanceof Message.Malformed) return false;
        indented.giveUp();
        unread.clear();
        unreadSinceNanos = NEVER;
        if (message instanceof Post post) take(post);
        else tell(message, line.length);
        return true;
    }

    private void giveUpIndented() {
        if (!indented.isBegun()) return;
        told.faulty(LineFault.NOT_JSON, indented.asOneLine().length, OptionalLong.empty());
        indented.giveUp();
    }

    @Override
    public void keepAlive() {
        if (unsure && !isKeepAliveOfX()) return;
        heard(batchNanos);
        lastKeepAliveNanos = batchNanos;
    }

    /** Where lines cannot be read, an empty one may be of anything, too. */
    private boolean isKeepAliveOfX() {
        boolean readable = unread.isEmpty() || confirmed && unread.isOneLongAgo(batchNanos);
        if (!readable || page && !confirmed) return false;
        understood(true);
        return true;
    }

    @Override
    public void tooLong(byte[] lineHead, long lengthBytes) {
        OptionalLong id = MessageParser.idInHead(lineHead);
        unread(LineFault.TOO_LONG, id);
        told.faulty(LineFault.TOO_LONG, lengthBytes, id);
    }

    @Override
    public void ended(Ending ending, long nowNanos) {
        Head answer = head;
        if (answer != null && !isStream) {
            inbox.awaitNoMore(resume);
            told.refused(answer, Problem.parse(beginning.toByteArray()));
            return;
        }
        boolean whole = ending.kind() == Ending.Kind.COMPLETE && isLastLineWhole();
        if (!whole && framer.unfinishedBytes() > 0) {
            told.faulty(LineFault.UNFINISHED, framer.unfinishedBytes(), OptionalLong.empty());
            // What was cut is asked for again from the last post on; an orderly end claims that this was all.
            if (ending.kind() == Ending.Kind.COMPLETE) unread(LineFault.UNFINISHED, OptionalLong.empty());
        }
        giveUpIndented();
        handOverLast();
        inbox.awaitNoMore(resume);
        told.ended(ending);
    }

    /** HTTP's framing says that nothing is cut: what has no line end is a line if it is whole JSON. */
    private boolean isLastLineWhole() {
        byte[] line = framer.unfinishedLine();
        if (line.length == 0) return false;
        if (batch.isEmpty()) batchAt = time.instant();
        Message message = MessageParser.parse(line, 0, line.length, sourceOf, batchAt);
        if (message instanceof Message.Malformed) return false;
        if (message instanceof Post post) take(post);
        else tell(message, line.length);
        return true;
    }

    /** Closes the socket; what still comes is taken all the same. */
    void cancel() {
        cancelled = true;
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
        long signalNanos = heardNanos;
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

    /** The last signal, as far as silence after it is X's; empty while we do not read. */
    OptionalLong listeningSinceNanos() {
        // In this order: who resumes counts it as a signal, and then says that we read. Otherwise an old signal would
        // be
        // taken together with the new word, and a connection that resumes would have been silent all the while.
        return isPaused() ? OptionalLong.empty() : OptionalLong.of(lastSignalNanos);
    }

    /** Whether we do not read because the inbox is full. */
    boolean isPaused() {
        return pausedAtNanos != NEVER;
    }

    /** Whether we do not read, or did not within a minute before a moment. */
    boolean wasPausedLately(long nowNanos) {
        return isPaused() || (lastResumedNanos != NEVER && nowNanos - lastResumedNanos <= CAUGHT_UP_NANOS);
    }

    /** How long lines have come of which none could be read; 0 if they can be. */
    long unreadableNanos(long nowNanos) {
        long sinceNanos = unreadSinceNanos;
        return sinceNanos == NEVER ? 0 : nowNanos - sinceNanos;
    }

    /** How many spans of such lines are over. */
    int spans() {
        return spans;
    }

    /** What has answered instead of X, if so it seems. */
    Optional<Disconnection> foreign() {
        Problem said = foreign;
        return said == null ? Optional.empty() : Optional.of(new Disconnection.NotFromX(200, said));
    }

    /** When the status came. */
    long answeredAtNanos() {
        return answeredAtNanos;
    }
}
