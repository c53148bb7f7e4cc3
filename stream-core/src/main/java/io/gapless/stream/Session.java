package io.gapless.stream;

import com.fasterxml.jackson.databind.JsonNode;
import io.gapless.stream.api.BodyJson;
import io.gapless.stream.event.Disconnection;
import io.gapless.stream.event.StreamEvent.LineFault;
import io.gapless.stream.line.IndentedMessage;
import io.gapless.stream.line.LineFramer;
import io.gapless.stream.pace.Traffic;
import io.gapless.stream.post.Origin;
import io.gapless.stream.post.Problem;
import io.gapless.stream.post.Snowflake;
import io.gapless.stream.seam.Ending;
import io.gapless.stream.seam.Head;
import io.gapless.stream.seam.Time;
import io.gapless.stream.seam.Transport;
import io.gapless.stream.spi.DamagedPost;
import io.gapless.stream.spi.Message;
import io.gapless.stream.spi.MessageParser;
import io.gapless.stream.spi.ReceivedPost;
import io.gapless.stream.spi.Source;
import io.gapless.stream.spi.UnreadLine;
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
 * Processes the bytes of one connection: bytes → lines → messages → inbox. A session never reads or sleeps: the
 * transport pushes the bytes to it. It reports its findings to its {@link Listener}.
 *
 * <p>Neither a status of 200 nor bytes prove that X wrote the answer. The first post confirms the answer, or another
 * message that only X sends, or a keep-alive. A keep-alive does not confirm an HTML page, or an answer with a line that
 * could not be read. Once the answer is confirmed, each readable line and each keep-alive counts as a signal.
 */
final class Session implements Transport.Receiver, LineFramer.Lines {
    private static final int BEGINNING_MAX_BYTES = 64 * 1024;
    /**
     * The time after a pause in reading within which older lines may still arrive. A signal that arrives later shows that
     * everything that X sent during the pause has been read.
     */
    private static final long CAUGHT_UP_NANOS = Duration.ofSeconds(60).toNanos();

    private static final long NEVER = Long.MIN_VALUE;
    private static final long UNKNOWN = Long.MAX_VALUE;

    /**
     * Receives what a session finds. Called on the transport's thread, except for {@link #resumed}, which the
     * handler's thread calls.
     */
    interface Listener {
        void answered(Head head);

        /** Called when the first line that only X sends has arrived, or the first keep-alive. */
        void confirmed(Head head);

        /**
         * Called when a line can be read again after a span of unreadable lines.
         *
         * @param heardNanos up to when everything that X sent had arrived, which is where the span begins
         * @param lines the number of unreadable lines
         */
        void unreadable(long heardNanos, long lines);

        /** Called for each unreadable line that does not belong to a span of unreadable lines. */
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
    private final Listener told;
    private final Source live;
    private final Source backfilled;
    private final LongFunction<Source> sourceOf = this::sourceOf;
    private final Runnable resume = this::resume;

    // The next fields are written and read by the transport's thread.
    private final LineFramer framer;
    /** The first bytes of a refusal, or of an answer that is not confirmed. */
    private final ByteArrayOutputStream beginning = new ByteArrayOutputStream();

    private final UnreadLines unread = new UnreadLines();
    private final IndentedMessage indented = new IndentedMessage();
    /**
     * Whether the next readable line changes the state, because the answer is not confirmed yet, or because unreadable
     * lines came before. One field combines these conditions, so that each line costs one check only.
     */
    private boolean unsure = true;

    private boolean confirmed;
    private boolean page;
    private boolean noticed;
    private final List<ReceivedPost> batch = new ArrayList<>();
    private Instant batchAt = Instant.MIN;
    private long batchNanos;
    private long answeredAtMillis;
    private long answeredAtNanos;
    /** When it was 1970, by the monotonic clock, as the date of the answer and this machine's clock show: the earlier one. */
    private long epochByClocksNanos;

    private @Nullable Head head;
    private boolean isStream;

    // The next fields are written by the transport's thread, and read by the stream's thread.
    /** When the last readable line or keep-alive arrived; notices do not count. */
    private volatile long heardNanos;

    private volatile long unreadSinceNanos = NEVER;
    private volatile int spans;
    private volatile @Nullable Problem foreign;

    // The next fields are written by the transport's thread and, when reading resumes, by the handler's thread. The
    // stream's thread reads them.
    private volatile long lastSignalNanos;
    private volatile long pausedAtNanos = NEVER;
    private volatile long lastResumedNanos = NEVER;
    /**
     * The start of the pause since which lines may arrive long after X sent them. {@link #NEVER} once a signal has arrived
     * after a minute without a pause.
     */
    private volatile long behindSinceNanos = NEVER;

    /** Guards the order in which the transport's thread and the handler's thread report pauses. */
    private final Object pauses = new Object();

    /** Whether the listener knows of a pause that is not over. Written under the lock, read by any thread. */
    private volatile boolean pauseTold;

    private volatile long lastKeepAliveNanos = NEVER;
    private volatile long oldestPostMillis = Long.MAX_VALUE;
    private volatile long newestPostMillis = NEVER;
    /**
     * When it was 1970 in X's time, by the monotonic clock, as the posts show that arrived while nothing was behind: none
     * arrives before it is created. {@link #UNKNOWN} before the first of them.
     */
    private volatile long epochByPostsNanos = UNKNOWN;

    /**
     * Whether the stream has cancelled the connection, so that later bytes are dropped. Written by the stream's thread.
     */
    private volatile boolean cancelled;

    // Written once by the stream's thread, right after the exchange was opened.
    private volatile Transport.@Nullable Exchange exchange;

    /**
     * Creates a session.
     *
     * @param live counts the posts that were created after X answered
     * @param backfilled counts the posts that were created before X answered
     */
    Session(ConnectionContext around, Source live, Source backfilled, Listener told) {
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
        // The inbox may have filled and made room again before the exchange was stored here. Then resume() found no
        // exchange.
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
        epochByClocksNanos =
                nowNanos - nanos(Math.max(answeredAtMillis, time.instant().toEpochMilli()));
        told.answered(answer);
        // The inbox is asked for room before any byte is read. Otherwise each connect during a long pause would add a
        // little more to a full inbox.
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
        batchNanos = nowNanos;
        if (!confirmed) keepBeginning(buffer, length);
        framer.feed(buffer, length, this);
        if (!confirmed && (page || !unread.isEmpty())) foreign = BodyJson.problem(beginning.toByteArray());
        return batch.isEmpty() || handOver(nowNanos);
    }

    /** Keeps the first bytes, which are enough to recognise a refusal. */
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
        if (behindSinceNanos == NEVER && newestPostMillis != NEVER) {
            epochByPostsNanos = Math.min(epochByPostsNanos, nowNanos - nanos(newestPostMillis));
        }
        traffic.received(batch.size());
        if (isLive()) traffic.livePost(nowNanos);
    }

    private boolean isLive() {
        return live.origin() == Origin.LIVE;
    }

    /**
     * Records a signal, which proves that everything before it has arrived. A signal that comes after a notice is not
     * recorded, because it proves nothing: X is about to end the connection, and may have dropped posts already.
     */
    private void heard(long nowNanos) {
        if (noticed) return;
        heardNanos = nowNanos;
        if (behindSinceNanos != NEVER && nowNanos - lastResumedNanos >= CAUGHT_UP_NANOS) behindSinceNanos = NEVER;
        if (isLive()) traffic.signal(nowNanos);
    }

    /**
     * Returns whether reading goes on, which it does if the inbox has room. Ends the recorded pause if reading goes on,
     * and reports the pause otherwise. The caller records the pause before it asks the inbox, because the inbox may run
     * {@link #resume} at once.
     */
    private boolean goesOn(boolean room) {
        if (room) pausedAtNanos = NEVER;
        else tellPaused(inbox.heldBytes());
        return room;
    }

    /**
     * Reports the recorded pause, unless it is over because the handler has made room. A pause that is over is not
     * reported, so its end cannot be reported before its start.
     */
    private void tellPaused(long heldBytes) {
        synchronized (pauses) {
            if (!isPaused()) return;
            pauseTold = true;
            told.paused(heldBytes);
        }
    }

    /** Continues reading, because the inbox has room again. The pause does not count as silence of X. */
    private void resume() {
        long nowNanos = time.nanoTime();
        long since = pausedAtNanos;
        lastResumedNanos = nowNanos;
        if (behindSinceNanos == NEVER) behindSinceNanos = since;
        synchronized (pauses) {
            // The time is written before the pause ends. listeningSinceNanos() explains why.
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
        if (message instanceof ReceivedPost post) take(post);
        else if (message instanceof Message.Malformed malformed) tell(malformed.fault(), buffer, from, to);
        else if (indented.isBegun() && isLoneValue(message)) tell(LineFault.NOT_JSON, buffer, from, to);
        else tell(message, to - from);
    }

    /**
     * Returns whether a message is a single JSON number, word or string. Such a line may be part of any text, and not
     * X's.
     */
    private static boolean isLoneValue(Message message) {
        return message instanceof Message.Unknown unknown
                && !unknown.json().stripLeading().startsWith("{")
                && !unknown.json().stripLeading().startsWith("[");
    }

    private void take(ReceivedPost post) {
        if (unsure) understood(true);
        batch.add(post);
    }

    /**
     * Records that a line could be read, so that a span of unreadable lines before it has ended.
     *
     * @param isX whether the line confirms the answer, because only X sends such a line
     */
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
            // The span is counted before it is reported. Otherwise another thread could take a later signal as proof
            // that everything before it has arrived.
            spans++;
            told.unreadable(unread.missingSinceNanos(), unread.count());
        } else {
            unread.lines(time.instant(), time.nanoTime()).forEach(told::unreadable);
        }
        unread.clear();
        unreadSinceNanos = NEVER;
    }

    private void unread(LineFault fault, OptionalLong postId) {
        long signalNanos = batch.isEmpty() ? heardNanos : batchNanos;
        unread.add(fault, postId, signalNanos, heardUntilNanos(signalNanos), batchNanos);
        unreadSinceNanos = unread.sinceNanos();
        unsure = true;
    }

    /** Returns the source of a post. A post created before the connect's answer, by X's clock, is backfilled. */
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
            // The line is whole JSON, so it counts as readable. Its post is missing all the same.
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
        Instant heardAt = now.minusNanos(time.nanoTime() - heardUntilNanos());
        return new UnreadLine(heardAt, now, LineFault.NO_ID, OptionalLong.empty());
    }

    /** Handles the kept lines as one message, if together they form one; returns whether they do. */
    private boolean tellIndented() {
        byte[] line = indented.asOneLine();
        Message message = MessageParser.parse(line, 0, line.length, sourceOf, batchAt);
        if (message instanceof Message.Malformed) return false;
        indented.giveUp();
        unread.clear();
        unreadSinceNanos = NEVER;
        if (message instanceof ReceivedPost post) take(post);
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

    /**
     * Returns whether an empty line is a keep-alive of X, and records it if so. Among unreadable lines, or in an HTML
     * page, an empty line may be part of any text.
     */
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
            told.refused(answer, BodyJson.problem(beginning.toByteArray()));
            return;
        }
        boolean whole = ending.kind() == Ending.Kind.COMPLETE && isLastLineWhole();
        if (!whole && framer.unfinishedBytes() > 0) {
            told.faulty(LineFault.UNFINISHED, framer.unfinishedBytes(), OptionalLong.empty());
            // After a cut, everything since the last signal is recovered anyway. After an orderly end, everything seems
            // to have arrived, so the unfinished line must be recorded as unreadable.
            if (ending.kind() == Ending.Kind.COMPLETE) unread(LineFault.UNFINISHED, OptionalLong.empty());
        }
        giveUpIndented();
        handOverLast();
        inbox.awaitNoMore(resume);
        told.ended(ending);
    }

    /**
     * Handles a last line without a line end, if it is whole JSON; returns whether it is. HTTP has marked the end of
     * the body, so nothing was cut, and whole JSON counts as a line.
     */
    private boolean isLastLineWhole() {
        byte[] line = framer.unfinishedLine();
        if (line.length == 0) return false;
        if (batch.isEmpty()) batchAt = time.instant();
        Message message = MessageParser.parse(line, 0, line.length, sourceOf, batchAt);
        if (message instanceof Message.Malformed) return false;
        if (message instanceof ReceivedPost post) take(post);
        else tell(message, line.length);
        return true;
    }

    /** Closes the socket. Bytes that arrive after this call are dropped; the ending is still reported. */
    void cancel() {
        cancelled = true;
        Transport.Exchange open = exchange;
        if (open != null) open.cancel();
    }

    /** Returns when the last byte of any kind arrived, or when the last pause ended, whichever is later. */
    long lastSignalNanos() {
        return lastSignalNanos;
    }

    /**
     * Returns the time up to which everything that X sent has arrived. Usually this is the time of the last signal.
     * After a pause, until a signal arrives more than a minute later, this is the creation time of the newest post: X may
     * have closed the connection during the pause, and dropped the posts that were not read yet.
     *
     * <p>The creation time is X's. A box on the way may have changed the date of the answer, and this machine's clock may be
     * wrong. So the earliest of three readings counts: by both of them, and by the posts from before the pause. Without
     * such posts, it is the start of the pause.
     */
    long heardUntilNanos() {
        return heardUntilNanos(heardNanos);
    }

    private long heardUntilNanos(long signalNanos) {
        long sinceNanos = behindSinceNanos;
        if (sinceNanos == NEVER) return signalNanos;
        long byPostsNanos = epochByPostsNanos;
        if (byPostsNanos == UNKNOWN) return sinceNanos;
        long newestNanos = Math.min(byPostsNanos, epochByClocksNanos) + nanos(newestPostMillis);
        return Math.max(sinceNanos, Math.min(newestNanos, signalNanos));
    }

    private static long nanos(long millis) {
        return TimeUnit.MILLISECONDS.toNanos(millis);
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

    /**
     * Returns since when X has sent nothing: since the last byte, or since the end of the last pause. Empty while
     * reading is paused, because nothing can arrive then.
     */
    OptionalLong listeningSinceNanos() {
        // The pause is read first, because resume() writes the time before it ends the pause. In another order, an old
        // time could be combined with the end of the pause, and the whole pause would look like silence.
        return isPaused() ? OptionalLong.empty() : OptionalLong.of(lastSignalNanos);
    }

    /** Returns whether reading is paused because the inbox is full. */
    boolean isPaused() {
        return pausedAtNanos != NEVER;
    }

    /** Returns whether reading is paused, and the listener knows of it. */
    boolean isPauseTold() {
        return pauseTold;
    }

    /** Returns whether reading is paused, or older lines may still arrive after a pause. */
    boolean wasPausedLately() {
        return isPaused() || behindSinceNanos != NEVER;
    }

    /**
     * Returns how long ago the last signal arrived, in nanoseconds, if only unreadable lines have arrived since then; 0
     * if no line was unreadable since then.
     */
    long unreadableNanos(long nowNanos) {
        long sinceNanos = unreadSinceNanos;
        return sinceNanos == NEVER ? 0 : nowNanos - sinceNanos;
    }

    /** Returns how many spans of unreadable lines have ended. */
    int spans() {
        return spans;
    }

    /**
     * Returns a disconnection for an answer that another server seems to have written instead of X; empty if the answer
     * looks like X's.
     */
    Optional<Disconnection> foreign() {
        Problem said = foreign;
        return said == null ? Optional.empty() : Optional.of(new Disconnection.NotFromX(200, said));
    }

    /** Returns when the status line arrived, by the monotonic clock. */
    long answeredAtNanos() {
        return answeredAtNanos;
    }
}
