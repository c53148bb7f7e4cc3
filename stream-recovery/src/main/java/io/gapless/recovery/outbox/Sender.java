package io.gapless.recovery.outbox;

import io.gapless.recovery.outbox.BatchCutter.Limits;
import io.gapless.recovery.storage.Pause;
import io.gapless.stream.post.BatchPostHandler;
import io.gapless.stream.post.Post;
import io.gapless.stream.seam.Seams;
import io.gapless.stream.seam.Time;
import io.gapless.stream.seam.Wire;
import io.github.resilience4j.core.IntervalFunction;
import java.net.Authenticator;
import java.net.ProxySelector;
import java.net.URI;
import java.nio.file.Path;
import java.sql.Connection;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.function.ToIntFunction;
import java.util.function.UnaryOperator;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/**
 * Sends records to an HTTP endpoint, on a schedule, in batches, until the endpoint has acknowledged each of them. The
 * records come from a stream that has the sender as its handler, or from an {@link IntervalSource}.
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
 * <p>An accepted record is on the disk, and is sent until it is acknowledged or quarantined. The bytes of a batch and
 * its {@code Idempotency-Key} are the same at each try, even after a crash. So an endpoint that remembers the keys that
 * it has acknowledged receives each record once. A newer version of a record never overtakes an older one. Thread-safe.
 * One process owns an outbox. A sender is started once.
 */
public final class Sender implements BatchPostHandler, AutoCloseable {
    private static final Duration CLOSE = Duration.ofSeconds(1);
    /** How much longer than {@code atMost} a caller of {@link #close(Duration)} waits. */
    private static final Duration RELEASE = Duration.ofMillis(500);

    private static final Duration CLOSE_MAX = Duration.ofDays(36_500);

    private static final Duration ONCE = Duration.ofMinutes(15);
    private static final Duration ONCE_MAX = Duration.ofDays(30);
    private static final Duration ROOM_LOOKED_AT_EVERY = Duration.ofSeconds(1);
    private static final int[] PERCENTS = {50, 80, 100};

    private final Time time;
    private final Function<Post, OutboxRecord> posts;
    private final Optional<IntervalSource> source;
    private final Schedule schedule;
    private final Endpoint endpoint;
    private final Outbox outbox;
    private final Ends ends;
    private final SendSettings settings;
    private final Collector collector;
    private final SendLoop loop;
    private final AtomicBoolean closed = new AtomicBoolean();
    /** Counted down when nothing more is sent, because the sender was closed or its thread has died. */
    private final CountDownLatch ended = new CountDownLatch(1);
    /** Counted down when all resources are released. */
    private final CountDownLatch released = new CountDownLatch(1);

    /**
     * Whether {@link #onRecords} has stored the endpoint and the source in the outbox. Owner: the thread that calls
     * {@link #onRecords}.
     */
    private boolean bound;

    /** How many of {@link #PERCENTS} have been reported. Owner: the thread that calls {@link #onRecords}. */
    private int percentsTold;

    private Sender(Builder builder) {
        this.time = builder.seams.time();
        this.posts = builder.posts;
        this.source = Optional.ofNullable(builder.source);
        this.settings = builder.settings();
        this.schedule = settings.schedule();
        this.endpoint = builder.openEndpoint();
        boolean whole = false;
        Outbox opened = null;
        try {
            opened = builder.openOutbox();
            this.ends = new Ends(endpoint.address().toString(), builder.sourceIdentity());
            builder.check(opened, ends);
            whole = true;
        } finally {
            if (!whole) {
                endpoint.close();
                if (opened != null) opened.close();
            }
        }
        this.outbox = opened;
        this.collector = new Collector(outbox, source, settings, time);
        this.loop = new SendLoop(time, outbox, collector, endpoint, ends, settings, builder.listener, ended::countDown);
    }

    /**
     * Returns a builder with default settings.
     *
     * @return a new builder
     */
    public static Builder builder() {
        return new Builder();
    }

    /**
     * Starts the schedule, and returns at once. Inside the sending window, a slot that was missed is sent at once, and
     * a slot that a crash has interrupted is resumed.
     *
     * @throws IllegalStateException if the sender is closed or its thread has died
     */
    public void start() {
        checkOpen();
        loop.schedule();
    }

    /**
     * Collects an interval up to now. Then sends this interval, and all batches that wait, regardless of the schedule.
     * Sending ends when no batch was acknowledged for 15 minutes.
     *
     * @return a future of the interval, which the sender's thread completes once each batch of the interval has been
     *     acknowledged, quarantined or given up. If the interval could not be collected, the future completes
     *     exceptionally, after the batches that waited were sent
     */
    public CompletableFuture<SentInterval> sendOnce() {
        return sendOnce(ONCE);
    }

    /**
     * Collects and sends as {@link #sendOnce()} does, with another bound.
     *
     * @param atMost how long to continue without an acknowledgement, up to 30 days; records that are not acknowledged
     *     by then stay in the outbox
     * @return as {@link #sendOnce()}
     * @throws IllegalArgumentException if the bound is not positive
     */
    public CompletableFuture<SentInterval> sendOnce(Duration atMost) {
        if (atMost.isNegative() || atMost.isZero())
            throw new IllegalArgumentException("atMost is zero or negative. It must be more than 0.");
        checkOpen();
        return loop.ask(atMost.compareTo(ONCE_MAX) > 0 ? ONCE_MAX : atMost);
    }

    /**
     * Shows what {@link #sendOnce} would send. Nothing is sent or stored.
     *
     * @param each receives the body of each request, in order
     * @throws IllegalStateException if the interval cannot be collected
     */
    public void preview(Consumer<byte[]> each) {
        try {
            collector.preview(time.instant(), each::accept);
        } catch (NotCollectedException e) {
            throw new IllegalStateException("The interval cannot be collected: " + e.getMessage(), e);
        }
    }

    /**
     * Writes posts to the outbox. When the method returns, the posts are on the disk. A post that is received again is
     * not stored twice. Blocks while the outbox is full.
     *
     * @param batch the posts
     * @throws InterruptedException if the caller is interrupted while it waits for room
     * @throws io.gapless.recovery.ledger.StateException if the outbox cannot be written
     */
    @Override
    public void onPosts(List<Post> batch) throws InterruptedException {
        onRecords(batch.stream().map(posts).toList());
    }

    /**
     * Writes records that are not posts to the outbox, as {@link #onPosts} does: for example changes that a database
     * pushes. Call it from one thread at a time, and not while another thread calls {@link #onPosts}.
     *
     * @param records the records; put a later version of a record after an earlier one, because a version that is not
     *     newer than the last one is skipped
     * @throws InterruptedException if the caller is interrupted while it waits for room
     * @throws io.gapless.recovery.ledger.StateException if the outbox cannot be written
     */
    public void onRecords(List<OutboxRecord> records) throws InterruptedException {
        if (source.isPresent())
            throw new IllegalStateException("This sender collects from an interval source and accepts no other records."
                    + " For these, build a second sender without source(…), in another state directory.");
        if (!bound) outbox.begin(time.instant(), ends, settings.since(), settings.lateAfter());
        bound = true;
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
     * Returns the next slot of the schedule.
     *
     * @return when records are sent next
     */
    public Instant nextSlot() {
        return schedule.slotAfter(time.instant());
    }

    /**
     * Returns how far the sender has collected and sent.
     *
     * @return a snapshot
     */
    public SenderStatus status() {
        return outbox.status();
    }

    /**
     * Returns the latest intervals.
     *
     * @param limit how many at most
     * @return the intervals, newest first; they are kept for 400 days
     */
    public List<SentInterval> history(int limit) {
        return outbox.history(limit);
    }

    /**
     * Returns the records in the quarantine.
     *
     * @param limit how many at most
     * @return the records, oldest first
     */
    public List<QuarantinedRecord> quarantined(int limit) {
        return outbox.quarantined(limit);
    }

    /**
     * Marks quarantined records to be sent again with the next interval. If a newer version of a record has been
     * collected by then, the quarantined record is dropped instead.
     *
     * @param numbers the {@link QuarantinedRecord#number}s
     * @return how many of them are in the quarantine
     */
    public int resend(List<Long> numbers) {
        return outbox.resend(numbers);
    }

    /**
     * Marks all quarantined records to be sent again with the next interval.
     *
     * @return how many records are in the quarantine
     */
    public int resendAll() {
        return outbox.resendAll();
    }

    /**
     * Requests that a span of the source is collected and sent again with the next interval, even if its records were
     * acknowledged.
     *
     * @param from the start, inclusive, by the source's clock
     * @param until the end, exclusive
     * @throws IllegalArgumentException if the span is empty, or the records were pushed, as posts of a stream are
     */
    public void sendAgain(Instant from, Instant until) {
        outbox.sendAgain(from, until);
    }

    /**
     * Removes records from the quarantine. These records are never sent, unless the source changes them.
     *
     * @param numbers the {@link QuarantinedRecord#number}s
     * @return how many of them were in the quarantine
     */
    public int discard(List<Long> numbers) {
        return outbox.discard(numbers);
    }

    /**
     * Waits until the sender is closed or its thread has died.
     *
     * @throws IllegalStateException if the sender's thread has died, because memory ran out or because of a fault in
     *     this library; the cause is attached
     * @throws InterruptedException if the caller is interrupted
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
        if (closed.get()) throw new IllegalStateException("The sender is closed. Build a new one.");
        throwDeath();
    }

    /** Closes the sender within 1.5 s. Records that are not acknowledged stay in the outbox. */
    @Override
    public void close() {
        close(CLOSE);
    }

    /**
     * Closes the sender and its interval source. The current try may finish; no other begins. Records that are not
     * acknowledged stay in the outbox. Any thread may call this method, and several threads may call it at once. Each
     * caller waits until the sender is closed, but at most half a second longer than {@code atMost}. An interrupt does
     * not end the wait. A call on the sender's own thread, such as from the event listener, does not wait: the sender
     * closes once the listener has returned. Idempotent.
     *
     * @param atMost how long to wait for the current try
     */
    public void close(Duration atMost) {
        if (!closed.getAndSet(true)) {
            try {
                time.run("gapless-sender-closing", () -> end(atMost));
            } catch (OutOfMemoryError e) {
                end(atMost); // The system has no more threads, so use the caller's thread.
            }
        }
        // Limit the wait: a wait for ever would overflow when RELEASE is added.
        long atMostNanos = Math.min(TimeUnit.NANOSECONDS.convert(atMost), CLOSE_MAX.toNanos());
        if (!loop.isCaller()) awaitReleased(atMostNanos + RELEASE.toNanos());
    }

    private void awaitReleased(long nanos) {
        long until = time.nanoTime() + nanos;
        boolean interrupted = false;
        boolean done = false;
        while (!done) {
            try {
                released.await(until - time.nanoTime(), TimeUnit.NANOSECONDS);
                done = true;
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) Thread.currentThread().interrupt();
    }

    /** Closes the parts of the sender, on a thread that nobody interrupts. */
    private void end(Duration atMost) {
        try {
            loop.close(atMost);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            release();
        }
    }

    private void release() {
        try {
            source.ifPresent(IntervalSource::close);
            endpoint.close();
            outbox.close();
        } finally {
            ended.countDown();
            released.countDown();
        }
    }

    /** Builds a sender. A state directory and an endpoint are required. Not thread-safe. */
    public static final class Builder {
        private static final Duration LOCK_WAIT = Duration.ofSeconds(30);
        private static final int RECORDS = 1_000;
        private static final int RECORDS_MAX = 100_000;
        private static final int RATE_MAX = 1_000_000;
        private static final long BYTES = 1L << 20;
        private static final long BYTES_MAX = 64L << 20;
        private static final long DISK_MAX_BYTES = 4L << 30;

        /** The {@code status_id} of a request that was received, as most endpoints number it. */
        private static final int RECEIVED = 9;

        private @Nullable Path stateDirectory;
        private Duration lockWait = LOCK_WAIT;
        private @Nullable URI to;
        private String path = Endpoint.PATH;
        private boolean plainAllowed;
        private @Nullable Supplier<String> apiKey;
        private @Nullable IntervalSource source;
        private Function<Post, OutboxRecord> posts = new PostRecords(post -> RECEIVED);
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
        private Duration tryAgainEvery = Duration.ofMinutes(15);
        private OptionalInt recordsPerSecond = OptionalInt.empty();
        private boolean moved;
        private Duration requestTimeout = Duration.ofSeconds(30);
        private Acknowledgement acknowledgement = Acknowledgement.BODY;
        private long diskMaxBytes = DISK_MAX_BYTES;
        private Wire wire = Wire.standard();
        private Seams seams = Seams.system();
        private Consumer<SenderEvent> listener = event -> {};
        private UnaryOperator<Connection> disk = UnaryOperator.identity();

        private Builder() {}

        /**
         * Sets the directory of the outbox. A stream may use the same directory, since its files have other names.
         *
         * @param directory the directory, which is created if it does not exist; one process at a time owns its outbox
         * @return this
         */
        public Builder stateDirectory(Path directory) {
            stateDirectory = directory;
            return this;
        }

        /**
         * Sets how long to wait for another process that owns the outbox.
         *
         * @param length the longest wait, 30 s by default
         * @return this
         */
        public Builder lockWait(Duration length) {
            lockWait = length;
            return this;
        }

        /**
         * Sets the endpoint: batches are posted to {@code {base}/services-data/requests}. A base that ends with this
         * path is already the complete address.
         *
         * @param base scheme, host, port and path, such as {@code https://example.org/api}; plain http is accepted for
         *     this machine only, unless {@link #allowPlainHttp} is called
         * @return this
         */
        public Builder to(URI base) {
            to = base;
            return this;
        }

        /**
         * Sets another path behind the base of {@link #to}.
         *
         * @param other a path that begins with a slash, or an empty text if the base is the complete address
         * @return this
         */
        public Builder path(String other) {
            if (!other.isEmpty() && !other.matches("/[!-~&&[^?#\\\\\"<>^`{|}]]*"))
                throw new IllegalArgumentException(
                        "path must be empty or begin with a slash, without blanks, query and fragment.");
            path = other.endsWith("/") ? other.substring(0, other.length() - 1) : other;
            return this;
        }

        /**
         * Accepts plain http for other machines, too. Records and the key then travel unencrypted.
         *
         * @return this
         */
        public Builder allowPlainHttp() {
            plainAllowed = true;
            return this;
        }

        /**
         * Sets the {@code api-key} header. By default the header is not sent.
         *
         * @param supplier supplies the key; called before each try, on the sender's thread, where it may block
         * @return this
         */
        public Builder apiKey(Supplier<String> supplier) {
            apiKey = supplier;
            return this;
        }

        /**
         * Sets an interval source, from which records are collected instead of from a stream.
         *
         * @param other the source, which the sender closes
         * @return this
         */
        public Builder source(IntervalSource other) {
            source = other;
            return this;
        }

        /**
         * Sets the {@code status_id} of posts. This replaces the mapping that {@link #posts} has set.
         *
         * @param statusId returns a number that the endpoint defines; by default 9, received
         * @return this
         */
        public Builder statusId(ToIntFunction<Post> statusId) {
            posts = new PostRecords(statusId);
            return this;
        }

        /**
         * Sets how a post becomes a record. By default {@code service_id} is the tag of the first rule that the post
         * matched, {@code request_id} is the id of the post, {@code opening_date} is when the post was created, and
         * {@code last_modified_date} is when it was received.
         *
         * @param mapping returns the same id and {@code lastModified} each time it gets the same post
         * @return this
         */
        public Builder posts(Function<Post, OutboxRecord> mapping) {
            posts = mapping;
            return this;
        }

        /**
         * Sets the encoder of the request body. The default is {@link RecordEncoders#serviceRequests}. {@link
         * RecordEncoders#json} writes any fields.
         *
         * @param other the encoder
         * @return this
         */
        public Builder encoder(RecordEncoder other) {
            encoder = other;
            return this;
        }

        /**
         * Sets the numbers of {@code status_id} for a source that has words instead of numbers. This replaces the
         * encoder that {@link #encoder} has set. A record whose word has no number is quarantined. {@link
         * Sender#resend} encodes that record again.
         *
         * @param numbers the number of each word, as the endpoint defines it
         * @return this
         */
        public Builder statusMap(Map<String, Integer> numbers) {
            encoder = new ServiceRequests(numbers);
            return this;
        }

        /**
         * Sends the records of each service in separate requests. By default a request holds the records of all
         * services.
         *
         * @return this
         */
        public Builder oneRequestPerService() {
            byService = true;
            return this;
        }

        /**
         * Sets the schedule.
         *
         * @param slots when to send; {@link Schedule#daily} by default
         * @return this
         */
        public Builder schedule(Schedule slots) {
            schedule = slots;
            return this;
        }

        /**
         * Sets how late an acknowledgement may be before {@link SenderEvent.Overdue} is reported.
         *
         * @param length 0 or more; 2 h by default
         * @return this
         */
        public Builder grace(Duration length) {
            grace = length;
            return this;
        }

        /**
         * Sets how long before its slot an interval of an {@link IntervalSource} ends. Choose a length so that
         * transactions that were stamped in the interval are committed by the time of the slot. The setting has no
         * effect on posts of a stream.
         *
         * @param length 0 or more; 5 min by default
         * @return this
         */
        public Builder settle(Duration length) {
            settle = length;
            return this;
        }

        /**
         * Sets how far before the mark an {@link IntervalSource} is read again, for records that were stamped before
         * the mark and committed after it. Records that were collected before are skipped.
         *
         * @param length 0 or more; 1 h by default
         * @return this
         */
        public Builder overlap(Duration length) {
            overlap = length;
            return this;
        }

        /**
         * Sets where the first interval of an {@link IntervalSource} begins. An outbox that has collected before
         * accepts a value only if no record is missed: not before the start of its first interval, and not after its
         * mark.
         *
         * @param start the first moment; by default the source is read from its beginning
         * @return this
         */
        public Builder since(Instant start) {
            since = start;
            return this;
        }

        /**
         * Sets how large a request may be. A single record that is longer is sent alone.
         *
         * @param records 1 to 100,000 records; 1,000 by default
         * @param bytes 1,000 bytes to 64 MiB; 1 MiB by default
         * @return this
         */
        public Builder batch(int records, long bytes) {
            if (records < 1 || records > RECORDS_MAX)
                throw new IllegalArgumentException(
                        "records is " + records + ". It must be between 1 and " + RECORDS_MAX + ".");
            if (bytes < 1_000 || bytes > BYTES_MAX)
                throw new IllegalArgumentException("bytes is " + bytes + ". It must be between 1000 and 64 MiB.");
            recordsMax = records;
            bytesMax = bytes;
            return this;
        }

        /**
         * Sets how often a batch is tried in a slot. The waits between the tries double: 2 s, 4 s, 8 s, and so on.
         *
         * @param count the number of tries, 1 or more; 3 by default
         * @param firstWait the wait after the first try, 10 ms or more; 2 s by default
         * @return this
         */
        public Builder tries(int count, Duration firstWait) {
            if (count < 1) throw new IllegalArgumentException("tries is " + count + ". It must be at least 1.");
            if (firstWait.toMillis() < 10)
                throw new IllegalArgumentException(
                        "firstWait, the wait between the first and the second try of a batch, must be at least 10 ms.");
            tries = count;
            retryWait = firstWait;
            return this;
        }

        /**
         * Sets after how long a batch that a slot could not send is tried again while the sending window is open. If a
         * slot comes earlier, the batch is tried then.
         *
         * @param length 1 s to 30 d; 15 min by default
         * @return this
         */
        public Builder tryAgainEvery(Duration length) {
            if (length.compareTo(Duration.ofSeconds(1)) < 0 || length.compareTo(Duration.ofDays(30)) > 0)
                throw new IllegalArgumentException("tryAgainEvery is outside of 1 s to 30 d.");
            tryAgainEvery = length;
            return this;
        }

        /**
         * Limits how many records are sent in a second, on average. A batch then has at most as many records as are
         * allowed in one second.
         *
         * @param perSecond 1 to 1,000,000; by default there is no limit
         * @return this
         */
        public Builder maxRate(int perSecond) {
            if (perSecond < 1 || perSecond > RATE_MAX)
                throw new IllegalArgumentException(
                        "maxRate is " + perSecond + ". It must be between 1 and " + RATE_MAX + " records per second.");
            recordsPerSecond = OptionalInt.of(perSecond);
            return this;
        }

        /**
         * Declares that the endpoint or the source is the same system at a new address. An outbox is bound to a source
         * once it has collected from that source, and to an endpoint once that endpoint has acknowledged a record. It
         * refuses any other source or endpoint. With this setting, the outbox is bound to the new source and the new
         * endpoint from now on.
         *
         * @return this
         */
        public Builder moved() {
            moved = true;
            return this;
        }

        /**
         * Sets how long the endpoint may take for its whole answer.
         *
         * @param length more than 0; 30 s by default
         * @return this
         */
        public Builder requestTimeout(Duration length) {
            if (length.isNegative() || length.isZero())
                throw new IllegalArgumentException("requestTimeout is zero or negative. It must be more than 0.");
            requestTimeout = length;
            return this;
        }

        /**
         * Sets which answers acknowledge a batch.
         *
         * @param rule what an answer must contain; {@link Acknowledgement#BODY} by default
         * @return this
         */
        public Builder acknowledge(Acknowledgement rule) {
            acknowledgement = rule;
            return this;
        }

        /**
         * Sets how much of the disk the outbox may use. When it is full, {@link Sender#onPosts} blocks, and an interval
         * that does not fit is not collected.
         *
         * @param bytes 1 MiB or more; 4 GiB by default
         * @return this
         */
        public Builder diskMaxBytes(long bytes) {
            if (bytes < 1 << 20)
                throw new IllegalArgumentException("diskMaxBytes is " + bytes + ". It must be at least 1 MiB.");
            diskMaxBytes = bytes;
            return this;
        }

        /**
         * Sets the proxy.
         *
         * @param selector chooses the proxy for each address; the JDK's own by default
         * @return this
         */
        public Builder proxy(ProxySelector selector) {
            wire = wire.withProxy(selector);
            return this;
        }

        /**
         * Sets the authenticator for a proxy that asks for a password. The JDK refuses Basic authentication for tunnels
         * unless the system property {@code jdk.http.auth.tunneling.disabledSchemes} is set to the empty string.
         *
         * @param authenticator returns the user name and password
         * @return this
         */
        public Builder proxyAuthenticator(Authenticator authenticator) {
            wire = wire.withProxyAuthenticator(authenticator);
            return this;
        }

        /**
         * Sets the TLS context, for example to trust a company's own certificate authority.
         *
         * @param context the TLS context; the JDK's own by default
         * @return this
         */
        public Builder sslContext(SSLContext context) {
            wire = wire.withSslContext(context);
            return this;
        }

        /**
         * Replaces network and clocks, for tests and simulations: {@code seams(s -> s.time(virtualTime))}.
         *
         * @param change receives the current seams, and returns those to use
         * @return this
         * @hidden
         */
        @SuppressWarnings(
                "exports") // Seams do not belong to the API: only the library's own programs and tests set one.
        public Builder seams(UnaryOperator<Seams> change) {
            seams = change.apply(seams);
            return this;
        }

        /**
         * Sets the listener, which receives each {@link SenderEvent}.
         *
         * @param eventListener called on the sender's thread, so it should return quickly
         * @return this
         */
        public Builder onEvent(Consumer<SenderEvent> eventListener) {
            listener = eventListener;
            return this;
        }

        /** Sets a wrapper of the outbox's connection, through which a test can let the disk fail. */
        Builder disk(UnaryOperator<Connection> change) {
            disk = change;
            return this;
        }

        /**
         * Builds the sender and opens the outbox. Nothing is sent before {@link Sender#start} or {@link
         * Sender#sendOnce}.
         *
         * @return the sender
         * @throws IllegalArgumentException if a setting is missing or out of range, no slot lies inside the sending
         *     window, or the outbox can no longer honour {@code since}
         * @throws io.gapless.recovery.ledger.StateException if the outbox is in use, damaged, written by a newer
         *     version, bound to another endpoint or source, or cannot be written
         */
        public Sender build() {
            return new Sender(this);
        }

        private SendSettings settings() {
            checkNotNegative("grace", grace);
            checkNotNegative("settle", settle);
            checkNotNegative("overlap", overlap);
            return new SendSettings(
                    schedule.checked(),
                    grace,
                    settle,
                    overlap,
                    Optional.ofNullable(since),
                    tries,
                    IntervalFunction.ofExponentialBackoff(retryWait, 2.0),
                    tryAgainEvery,
                    recordsPerSecond);
        }

        private String sourceIdentity() {
            return source == null ? Ends.PUSHED : source.identity();
        }

        private void check(Outbox outbox, Ends ends) {
            if (!moved) ends.check(outbox.directory(), outbox.boundTo());
            if (source == null || since == null || !outbox.hasCollected()) return;
            Ends.checkSince(since, outbox.began(), outbox.marks().collectedUntil());
        }

        private static void checkNotNegative(String name, Duration length) {
            if (length.isNegative()) throw new IllegalArgumentException(name + " is negative. It must be at least 0.");
        }

        private Endpoint openEndpoint() {
            if (to == null) throw new IllegalArgumentException("The endpoint is missing: call to(uri).");
            if (stateDirectory == null)
                throw new IllegalArgumentException("The state directory is missing: call stateDirectory(path).");
            return new Endpoint(
                    Endpoint.address(to, path, plainAllowed),
                    apiKey,
                    requestTimeout,
                    acknowledgement,
                    seams.transport().orElseGet(wire::open),
                    seams.transport().isEmpty(),
                    seams.time());
        }

        private Outbox openOutbox() {
            if (stateDirectory == null) throw new AssertionError("checked before");
            return Outbox.open(
                    stateDirectory,
                    lockWait,
                    seams.time(),
                    new Intake.Form(encoder, byService),
                    new Limits(Math.min(recordsMax, recordsPerSecond.orElse(recordsMax)), bytesMax),
                    diskMaxBytes,
                    disk);
        }
    }
}
