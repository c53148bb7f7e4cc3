package io.gapless.recovery.outbox;

import io.gapless.recovery.outbox.BatchCutter.Limits;
import io.gapless.recovery.sqlite.Pause;
import io.gapless.stream.BatchPostHandler;
import io.gapless.stream.Post;
import io.gapless.stream.seam.Time;
import io.gapless.stream.seam.Transport;
import io.gapless.stream.seam.Wire;
import io.github.resilience4j.core.IntervalFunction;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;

/**
 * Hands records on to an endpoint, on a schedule, in batches, until each is acknowledged. They come from a stream, whose
 * handler the sender then is, or from an {@link IntervalSource}.
 *
 * <pre>{@code
 * try (Sender sender = Sender.builder()
 *                 .stateDirectory(Path.of("state"))
 *                 .to(URI.create("https://example.org/api"))
 *                 .apiKey(() -> System.getenv("GAPLESS_API_KEY"))
 *                 .build();
 *         GaplessStream stream = GaplessStream.builder()
 *                 .bearerToken(System.getenv("X_BEARER_TOKEN"))
 *                 .stateDirectory(Path.of("state"))
 *                 .batchHandler(500, sender)
 *                 .build()) {
 *     sender.start();
 *     stream.start();
 *     stream.awaitClose();
 * }
 * }</pre>
 *
 * <p>A record that was taken in is on the disk, and is sent until it is acknowledged or set aside in the quarantine. A
 * batch's bytes and its {@code Idempotency-Key} are the same at each try, also after a crash: an endpoint that knows the
 * keys it has acknowledged has each record once. A newer version of a record never overtakes an older one. Thread-safe.
 * One process owns an outbox; a sender is started once.
 */
public final class Sender implements BatchPostHandler, AutoCloseable {
    private static final Duration CLOSE = Duration.ofSeconds(1);
    private static final Duration ROOM_LOOKED_AT_EVERY = Duration.ofSeconds(1);
    private static final int[] PERCENTS = {50, 80, 100};

    private final Time time;
    private final Function<Post, OutboxRecord> posts;
    private final Optional<IntervalSource> source;
    private final Schedule schedule;
    private final Endpoint endpoint;
    private final Outbox outbox;
    private final Collector collector;
    private final SendLoop loop;
    private final AtomicBoolean closed = new AtomicBoolean();
    /** Counted down when nothing more is sent: it was closed, or its thread has died. */
    private final CountDownLatch ended = new CountDownLatch(1);

    /** How many of the percents have been told; the handler's thread's. */
    private int percentsTold;

    private Sender(Builder builder) {
        this.time = builder.time;
        this.posts = builder.posts;
        this.source = Optional.ofNullable(builder.source);
        SendSettings settings = builder.settings();
        this.schedule = settings.schedule();
        this.endpoint = builder.openEndpoint();
        boolean whole = false;
        Outbox opened = null;
        try {
            opened = builder.openOutbox();
            opened.begin(time.instant(), settings.since());
            whole = true;
        } finally {
            if (!whole) {
                endpoint.close();
                if (opened != null) opened.close();
            }
        }
        this.outbox = opened;
        this.collector = new Collector(outbox, source, settings, time);
        this.loop = new SendLoop(time, outbox, collector, endpoint, settings, builder.listener, ended::countDown);
    }

    /**
     * A sender's settings, all safe by default.
     *
     * @return a new builder
     */
    public static Builder builder() {
        return new Builder();
    }

    /**
     * Starts to send at the slots of the schedule, and returns at once. A slot that was missed is sent at once, and what a
     * crash has interrupted goes on, inside the window.
     *
     * @throws IllegalStateException if the sender was closed
     */
    public void start() {
        checkOpen();
        loop.schedule();
    }

    /**
     * Collects an interval up to now and sends it, with everything that waits, whatever the schedule says.
     *
     * @return the interval when each of its batches has been acknowledged, set aside or given up; completes on the
     *     sender's thread, exceptionally if nothing could be collected
     */
    public CompletableFuture<SentInterval> sendOnce() {
        checkOpen();
        return loop.ask();
    }

    /**
     * Shows what {@link #sendOnce} would send, and sends and remembers nothing.
     *
     * @param each is given the body of each request, in order
     * @throws IllegalStateException if nothing could be collected
     */
    public void preview(Consumer<byte[]> each) {
        try {
            collector.preview(time.instant(), each::accept);
        } catch (Outbox.NotCollected e) {
            throw new IllegalStateException("Nothing could be collected: " + e.getMessage(), e);
        }
    }

    /**
     * Takes posts into the outbox. When it returns, they are on the disk; one that comes again is not taken twice. Blocks
     * while the outbox is full.
     *
     * @param batch the posts
     * @throws InterruptedException if the caller is interrupted while it waits for room
     * @throws io.gapless.recovery.state.StateException if the outbox cannot be written
     */
    @Override
    public void onPosts(List<Post> batch) throws InterruptedException {
        onRecords(batch.stream().map(posts).toList());
    }

    /**
     * Takes records into the outbox that are no posts, as {@link #onPosts} does, such as changes that a database tells of
     * by itself. Called by one thread at a time, and not beside {@link #onPosts}.
     *
     * @param records with versions that grow, record by record
     * @throws InterruptedException if the caller is interrupted while it waits for room
     * @throws io.gapless.recovery.state.StateException if the outbox cannot be written
     */
    public void onRecords(List<OutboxRecord> records) throws InterruptedException {
        if (source.isPresent())
            throw new IllegalStateException(
                    "This sender collects from an interval source; nothing else may be taken in.");
        if (percentsTold == PERCENTS.length) awaitRoom();
        tellFilled(outbox.add(records));
    }

    private void awaitRoom() throws InterruptedException {
        for (int percent = outbox.percentFull(); percent >= 100; percent = outbox.percentFull())
            Pause.of(ROOM_LOOKED_AT_EVERY, time);
        percentsTold = PERCENTS.length - 1;
    }

    private void tellFilled(int percent) {
        if (percent < PERCENTS[0]) percentsTold = 0;
        while (percentsTold < PERCENTS.length && percent >= PERCENTS[percentsTold])
            loop.tell(new SenderEvent.OutboxFilled(time.instant(), PERCENTS[percentsTold++]));
    }

    /**
     * When the schedule sends next.
     *
     * @return the next slot
     */
    public Instant nextSlot() {
        return schedule.slotAfter(time.instant());
    }

    /**
     * How far the sender has come.
     *
     * @return a snapshot
     */
    public SenderStatus status() {
        return outbox.status();
    }

    /**
     * What was sent.
     *
     * @param limit how many intervals at most
     * @return newest first; kept for 400 days
     */
    public List<SentInterval> history(int limit) {
        return outbox.history(limit);
    }

    /**
     * What was set aside.
     *
     * @param limit how many at most
     * @return oldest first
     */
    public List<QuarantinedRecord> quarantined(int limit) {
        return outbox.quarantined(limit);
    }

    /**
     * Asks for records to be sent again with the next interval. One of which a newer version has been collected is
     * dropped then instead.
     *
     * @param numbers {@link QuarantinedRecord#number}s
     * @return how many of them there are
     */
    public int resend(List<Long> numbers) {
        return outbox.resend(numbers);
    }

    /**
     * Asks for everything that was set aside to be sent again with the next interval.
     *
     * @return how many records
     */
    public int resendAll() {
        return outbox.resendAll();
    }

    /**
     * Waits until the sender is closed, or can't send any more.
     *
     * @throws IllegalStateException if its thread has died, by a fault in this library or for want of memory: the cause
     * @throws InterruptedException when the caller is interrupted
     */
    public void awaitClose() throws InterruptedException {
        ended.await();
        throwDeath();
    }

    private void throwDeath() {
        loop.death().ifPresent(death -> {
            throw death;
        });
    }

    private void checkOpen() {
        if (closed.get()) throw new IllegalStateException("The sender is closed; build a new one.");
        throwDeath();
    }

    /** Closes within a second; what is not acknowledged stays in the outbox. */
    @Override
    public void close() {
        close(CLOSE);
    }

    /**
     * Lets the try under way come to its end and begins no other. What is not acknowledged stays in the outbox. Closes
     * the interval source, too. Idempotent.
     *
     * @param atMost how long the try may take
     */
    public void close(Duration atMost) {
        if (closed.getAndSet(true)) return;
        try {
            loop.close(atMost);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        source.ifPresent(IntervalSource::close);
        endpoint.close();
        outbox.close();
        ended.countDown();
    }

    /** Settings of a sender. Not thread-safe. */
    public static final class Builder {
        private static final Duration LOCK_WAIT = Duration.ofSeconds(30);
        private static final int RECORDS = 1_000;
        private static final int RECORDS_MAX = 100_000;
        private static final long BYTES = 1L << 20;
        private static final long BYTES_MAX = 64L << 20;
        private static final long DISK_MAX_BYTES = 4L << 30;

        private @Nullable Path stateDirectory;
        private Duration lockWait = LOCK_WAIT;
        private @Nullable URI to;
        private boolean plainAllowed;
        private @Nullable Supplier<String> apiKey;
        private @Nullable IntervalSource source;
        private Function<Post, OutboxRecord> posts = new PostRecords(post -> StatusId.RECEIVED.number());
        private RecordEncoder encoder = new ServiceRequests();
        private boolean byService;
        private Schedule schedule = Schedule.daily();
        private Duration grace = Duration.ofHours(2);
        private Duration settle = Duration.ofMinutes(5);
        private Duration overlap = Duration.ofHours(1);
        private @Nullable Instant since;
        private int recordsMax = RECORDS;
        private long bytesMax = BYTES;
        private int tries = 3;
        private Duration retryWait = Duration.ofSeconds(2);
        private Duration requestTimeout = Duration.ofSeconds(30);
        private long diskMaxBytes = DISK_MAX_BYTES;
        private Wire wire = Wire.standard();
        private @Nullable Transport transport;
        private Time time = Time.system();
        private Consumer<SenderEvent> listener = event -> {};

        private Builder() {}

        /**
         * Where the outbox lies. A stream may have the same directory: the files are apart.
         *
         * @param directory made if it is not there; its outbox is owned by one process at a time
         * @return this
         */
        public Builder stateDirectory(Path directory) {
            stateDirectory = directory;
            return this;
        }

        /**
         * How long to wait for another process to give up the outbox.
         *
         * @param length 30 s by default
         * @return this
         */
        public Builder lockWait(Duration length) {
            lockWait = length;
            return this;
        }

        /**
         * Where batches go: to {@code {base}/services-data/requests}.
         *
         * @param base scheme, host, port and path, such as {@code https://example.org/api}; plain http is accepted for
         *     this machine only
         * @return this
         */
        public Builder to(URI base) {
            to = base;
            return this;
        }

        /**
         * Accepts plain http for other machines, too: records and key travel in clear.
         *
         * @return this
         */
        public Builder allowPlainHttp() {
            plainAllowed = true;
            return this;
        }

        /**
         * The {@code api-key} header. Without it none is sent.
         *
         * @param supplier gives the key; asked before each try, on the sender's thread, where it may block
         * @return this
         */
        public Builder apiKey(Supplier<String> supplier) {
            apiKey = supplier;
            return this;
        }

        /**
         * Another source than a stream.
         *
         * @param other the source; closed with the sender
         * @return this
         */
        public Builder source(IntervalSource other) {
            source = other;
            return this;
        }

        /**
         * The {@code status_id} of posts, with all else as by default.
         *
         * @param statusId gives a number such as {@link StatusId#number}; {@link StatusId#RECEIVED} by default
         * @return this
         */
        public Builder statusId(ToIntFunction<Post> statusId) {
            posts = new PostRecords(statusId);
            return this;
        }

        /**
         * What a post becomes. By default {@code service_id} is the tag of its first rule, {@code request_id} its id,
         * {@code opening_date} its creation, {@code last_modified_date} its receipt.
         *
         * @param mapping the same id and {@code lastModified} each time that the same post comes
         * @return this
         */
        public Builder posts(Function<Post, OutboxRecord> mapping) {
            posts = mapping;
            return this;
        }

        /**
         * Another body than the endpoint's list of {@code requests}.
         *
         * @param other the encoder
         * @return this
         */
        public Builder encoder(RecordEncoder other) {
            encoder = other;
            return this;
        }

        /**
         * Sends each service's records in requests of their own. By default a request has everybody's.
         *
         * @return this
         */
        public Builder oneRequestPerService() {
            byService = true;
            return this;
        }

        /**
         * When to send.
         *
         * @param slots {@link Schedule#daily} by default
         * @return this
         */
        public Builder schedule(Schedule slots) {
            schedule = slots;
            return this;
        }

        /**
         * How late an acknowledgement may be before an event says so.
         *
         * @param length 2 h by default
         * @return this
         */
        public Builder grace(Duration length) {
            grace = length;
            return this;
        }

        /**
         * How long before a slot an interval of an {@link IntervalSource} ends, so that what was stamped in it can be
         * seen. A stream needs none.
         *
         * @param length 5 min by default
         * @return this
         */
        public Builder settle(Duration length) {
            settle = length;
            return this;
        }

        /**
         * How far before the mark an {@link IntervalSource} is read again, for what was stamped before and could be seen
         * only after. What was collected is passed over.
         *
         * @param length 1 h by default
         * @return this
         */
        public Builder overlap(Duration length) {
            overlap = length;
            return this;
        }

        /**
         * Where the first interval of an {@link IntervalSource} begins, for an outbox that has no mark yet.
         *
         * @param start by default the source is read from its beginning
         * @return this
         */
        public Builder since(Instant start) {
            since = start;
            return this;
        }

        /**
         * How large a request may be. A single record that is longer goes alone.
         *
         * @param records 1,000 by default; 1 to 100,000
         * @param bytes 1 MiB by default; 1,000 to 64 MiB
         * @return this
         */
        public Builder batch(int records, long bytes) {
            if (records < 1 || records > RECORDS_MAX)
                throw new IllegalArgumentException(
                        "batch: " + records + " records is outside 1 to " + RECORDS_MAX + ".");
            if (bytes < 1_000 || bytes > BYTES_MAX)
                throw new IllegalArgumentException("batch: " + bytes + " bytes is outside 1000 to " + BYTES_MAX + ".");
            recordsMax = records;
            bytesMax = bytes;
            return this;
        }

        /**
         * How often a batch is tried in a slot. The waits double: 2 s, 4 s, 8 s, and so on.
         *
         * @param count 3 by default; at least 1
         * @param firstWait the wait after the first try; 2 s by default
         * @return this
         */
        public Builder tries(int count, Duration firstWait) {
            if (count < 1) throw new IllegalArgumentException("tries: " + count + " is below 1.");
            if (firstWait.toMillis() < 10) throw new IllegalArgumentException("tries: the wait is shorter than 10 ms.");
            tries = count;
            retryWait = firstWait;
            return this;
        }

        /**
         * How long the endpoint may take for its whole answer.
         *
         * @param length 30 s by default
         * @return this
         */
        public Builder requestTimeout(Duration length) {
            if (length.isNegative() || length.isZero())
                throw new IllegalArgumentException("requestTimeout: " + length + " is no time at all.");
            requestTimeout = length;
            return this;
        }

        /**
         * How much of the disk the outbox may take. When it is full, {@link Sender#onPosts} blocks, and an interval that
         * does not fit is not collected.
         *
         * @param bytes 4 GiB by default; at least 1 MiB
         * @return this
         */
        public Builder diskMaxBytes(long bytes) {
            if (bytes < 1 << 20) throw new IllegalArgumentException("diskMaxBytes: " + bytes + " is below 1 MiB.");
            diskMaxBytes = bytes;
            return this;
        }

        /**
         * Proxy and certificates.
         *
         * @param way {@link Wire#standard} by default
         * @return this
         */
        public Builder wire(Wire way) {
            wire = way;
            return this;
        }

        /**
         * Another transport, for tests.
         *
         * @param other closed with the sender
         * @return this
         */
        public Builder transport(Transport other) {
            transport = other;
            return this;
        }

        /**
         * Another time, for tests.
         *
         * @param other such as a {@link io.gapless.stream.seam.VirtualTime}
         * @return this
         */
        public Builder time(Time other) {
            time = other;
            return this;
        }

        /**
         * Who is told what happens.
         *
         * @param eventListener called on the sender's thread; should be quick
         * @return this
         */
        public Builder onEvent(Consumer<SenderEvent> eventListener) {
            listener = eventListener;
            return this;
        }

        /**
         * Builds the sender and takes the outbox; nothing is sent yet.
         *
         * @return a sender to start
         * @throws IllegalArgumentException if something is missing or out of range, or the schedule can never fire
         * @throws io.gapless.recovery.state.StateException if the outbox is in use, damaged or newer
         */
        public Sender build() {
            return new Sender(this);
        }

        private SendSettings settings() {
            for (Duration length : List.of(grace, settle, overlap))
                if (length.isNegative())
                    throw new IllegalArgumentException("grace, settle and overlap cannot be negative: " + length);
            return new SendSettings(
                    schedule.checked(),
                    grace,
                    settle,
                    overlap,
                    Optional.ofNullable(since),
                    tries,
                    IntervalFunction.ofExponentialBackoff(retryWait, 2.0));
        }

        private Endpoint openEndpoint() {
            if (to == null) throw new IllegalArgumentException("There is no endpoint: call to(uri).");
            if (stateDirectory == null)
                throw new IllegalArgumentException("There is no state: call stateDirectory(path).");
            Endpoint.address(to, plainAllowed);
            return new Endpoint(
                    to, plainAllowed, apiKey, requestTimeout, transport == null ? wire.open() : transport, time);
        }

        private Outbox openOutbox() {
            if (stateDirectory == null) throw new AssertionError("checked before");
            return Outbox.open(
                    stateDirectory,
                    lockWait,
                    time,
                    new Intake.Form(encoder, byService),
                    new Limits(recordsMax, bytesMax),
                    diskMaxBytes);
        }
    }
}
