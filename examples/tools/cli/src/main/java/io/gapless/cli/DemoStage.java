package io.gapless.cli;

import io.gapless.emulator.AccessLevel;
import io.gapless.emulator.ExpectedPost;
import io.gapless.emulator.XEmulator;
import io.gapless.recovery.Access;
import io.gapless.recovery.GaplessStream;
import io.gapless.recovery.ledger.Gap;
import io.gapless.stream.event.StreamEvent;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Provides an act with an emulator of X, a stream that uses the real HTTP client, a clock that can be moved, and the
 * {@link DemoBooks} that count the posts. Owner: the thread that calls {@link Demo#run}.
 */
final class DemoStage {
    /** How long, in real time, posts arrive live before a fault, and again after it. */
    private static final Duration CALM = Duration.ofMillis(300);
    /**
     * How far the clock moves in one step. A step is much shorter than the stall timeout, and a keep-alive follows each
     * step.
     */
    private static final Duration STEP = Duration.ofSeconds(10);
    /**
     * How far the clock moves in one step while a duration is measured. The measured duration is exact to one such
     * step.
     */
    private static final Duration SMALL_STEP = Duration.ofMillis(250);
    /**
     * The time between two faults. It is so long that the gaps of two faults do not touch, although each gap includes
     * an overlap of a minute on both sides.
     */
    private static final Duration APART = Duration.ofSeconds(125);

    /** How long, in real time, the stage waits for the library to receive a signal. A busy machine may need as long. */
    private static final Duration SIGNAL = Duration.ofSeconds(5);

    private static final Duration LOOK_EVERY = Duration.ofMillis(5);
    /**
     * How long, in real time, an act waits for an event or a condition before the act fails. A busy machine may need as
     * long.
     */
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private static final Duration LAST_POSTS = Duration.ofSeconds(5);
    private static final Duration DRAIN = Duration.ofSeconds(2);

    private final DemoPage page;
    private final ShiftedTime time;
    private final Path directory;
    private final BooleanSupplier stopped;
    private final XEmulator x;
    private final DemoPosts posts;
    private final DemoBooks books = new DemoBooks();
    private final BlockingQueue<StreamEvent> events = new LinkedBlockingQueue<>();

    private @Nullable GaplessStream stream;
    private int connections = 1;
    /**
     * The number of connects that have begun and have neither succeeded nor failed, by the events that were read so
     * far.
     */
    private int connecting;

    private List<Gap> ledger = List.of();
    private int gapsSeen;
    private DemoAccount.Sent sent = DemoAccount.Sent.NOTHING;
    private boolean over;

    /**
     * Creates the stage and starts its emulator.
     *
     * @param directory the directory for the stream's state
     * @param stopped returns whether the user has stopped the demo; each wait of an act calls it
     */
    DemoStage(DemoPage page, ShiftedTime time, Path directory, BooleanSupplier stopped) {
        this.page = page;
        this.time = time;
        this.directory = directory;
        this.stopped = stopped;
        this.x = XEmulator.builder()
                .access(AccessLevel.ENTERPRISE)
                .time(time)
                .rule("cats", "cat")
                .withoutRateLimits()
                .start();
        this.posts = new DemoPosts(x, time);
    }

    XEmulator x() {
        return x;
    }

    DemoPage page() {
        return page;
    }

    DemoBooks books() {
        return books;
    }

    Path directory() {
        return directory;
    }

    ShiftedTime time() {
        return time;
    }

    /** Starts a stream as a program would, and waits for its connection. Returns when the connection was up. */
    Instant open(UnaryOperator<GaplessStream.Builder> settings) throws InterruptedException {
        GaplessStream opened = settings.apply(GaplessStream.builder()
                        .baseUrl(x.baseUri())
                        .bearerToken(x.bearerToken())
                        .stateDirectory(directory)
                        .access(Access.ENTERPRISE)
                        .seams(s -> s.time(time))
                        .handler(books::onPost)
                        .onEvent(events::add))
                .build();
        stream = opened;
        opened.start();
        return await(StreamEvent.Connected.class).at();
    }

    /**
     * Starts the first stream, and waits until the gaps that it has opened so far are closed. On a busy machine, the
     * first connect may open a gap.
     */
    void openFirst(UnaryOperator<GaplessStream.Builder> settings) throws InterruptedException {
        page.begin("starting");
        open(settings);
        calm();
        forwardUntil(() -> areClosed(newGaps()));
        gapsSeen = newGaps().size();
    }

    /** Starts the first stream with two connections. */
    void openTwo() throws InterruptedException {
        connections = 2;
        openFirst(settings -> settings.connections(2));
        forwardUntil(() -> current().health().connectionsLive() == 2);
    }

    /** Closes the stream, as a process does when it ends. */
    void closeStream() {
        GaplessStream open = stream;
        if (open == null) return;
        stream = null;
        connecting = 0;
        ledger = open.ledger(Instant.EPOCH);
        open.close(DRAIN);
        books.onStreamClosed(open.health());
        for (StreamEvent event = events.poll(); event != null; event = events.poll()) page.event(event.describe());
    }

    /** Waits for an event of a kind. While the stream waits for its next connect, the clock moves. */
    <E extends StreamEvent> E await(Class<E> kind) throws InterruptedException {
        return await(kind, Duration.ZERO);
    }

    /** Waits for an event of a kind, and moves the clock step by step meanwhile. */
    <E extends StreamEvent> E await(Class<E> kind, Duration step) throws InterruptedException {
        long untilNanos = System.nanoTime() + PATIENCE.toNanos();
        while (true) {
            StreamEvent event = next(untilNanos);
            if (kind.isInstance(event)) return kind.cast(event);
            if (event != null) continue;
            if (!step.isZero()) forward(step, connections - 1);
            else if (isBackingOff()) time.pass(SMALL_STEP);
        }
    }

    /** Returns the next event; null if none has come within a few milliseconds. */
    private @Nullable StreamEvent next(long untilNanos) throws InterruptedException {
        if (stopped.getAsBoolean()) throw new InterruptedException("The demo was stopped.");
        if (System.nanoTime() > untilNanos)
            throw new IllegalStateException("The stream did not react to a fault of the demo within "
                    + PATIENCE.toSeconds() + " s. The machine may be overloaded; run the demo again.");
        StreamEvent event = events.poll(LOOK_EVERY.toMillis(), TimeUnit.MILLISECONDS);
        if (event != null) page.event(event.describe());
        if (event instanceof StreamEvent.Connecting) connecting++;
        if (event instanceof StreamEvent.Connected || event instanceof StreamEvent.ConnectFailed) connecting--;
        return event;
    }

    private boolean isBackingOff() {
        Instant soon = time.instant().plus(SMALL_STEP);
        return current().health().nextTryAt().filter(soon::isBefore).isPresent();
    }

    private GaplessStream current() {
        GaplessStream open = stream;
        if (open == null) throw new IllegalStateException("No stream is open.");
        return open;
    }

    /** Moves the clock so far that the next fault cannot affect the gaps of the last fault. */
    void calm() throws InterruptedException {
        Instant until = time.instant().plus(APART);
        forwardUntil(() -> time.instant().isAfter(until));
    }

    /** Waits for a length of real time, and reads the events that come meanwhile. */
    void pause(Duration length) throws InterruptedException {
        long untilNanos = System.nanoTime() + length.toNanos();
        await(() -> System.nanoTime() >= untilNanos);
    }

    void await(BooleanSupplier condition) throws InterruptedException {
        long untilNanos = System.nanoTime() + PATIENCE.toNanos();
        while (!condition.getAsBoolean()) next(untilNanos);
    }

    /** Moves the clock quickly until a condition holds. */
    void forwardUntil(BooleanSupplier condition) throws InterruptedException {
        long untilNanos = System.nanoTime() + PATIENCE.toNanos();
        while (!condition.getAsBoolean()) {
            // A connect takes real time. If the clock moved meanwhile, a busy machine would exceed the time limit of
            // the connect, and of each further connect.
            boolean idle = next(untilNanos) == null && connecting == 0;
            if (idle) forward(STEP, current().health().connectionsLive());
        }
    }

    /**
     * Moves the clock by a step. Then the emulator sends what X would have sent in this time: a keep-alive, or, for two
     * connections, a post that comes on both. This method waits until the library has received that signal. Otherwise
     * the next step could make a healthy connection look stalled.
     *
     * @param receivers the number of connections that should receive the signal
     */
    private void forward(Duration step, int receivers) throws InterruptedException {
        long received = current().health().received();
        time.pass(step);
        if (receivers > 1) x.publish("A cat yawns.");
        else x.sendKeepAlive();
        long untilNanos = System.nanoTime() + SIGNAL.toNanos();
        do {
            TimeUnit.MILLISECONDS.sleep(LOOK_EVERY.toMillis());
        } while (!stopped.getAsBoolean()
                && System.nanoTime() < untilNanos
                && (receivers > 1
                        ? current().health().received() < received + receivers
                        : receivers == 1 && isSilentFor(step)));
    }

    private boolean isSilentFor(Duration length) {
        return current()
                .health()
                .sinceLastSignal()
                .filter(silence -> silence.compareTo(length) < 0)
                .isEmpty();
    }

    /**
     * Causes a fault while posts arrive, waits until the library has detected the fault and reconnected, and prints the
     * fault's row of the table.
     */
    void fault(String title, Duration step, Runnable strike) throws InterruptedException {
        page.begin(title);
        posts.start();
        pause(CALM);
        Instant struck = x.now();
        strike.run();
        Instant noticed = await(StreamEvent.Disconnected.class, step).at();
        Instant back = await(StreamEvent.Connected.class).at();
        pause(CALM);
        posts.stop();
        row(title, struck, back, Optional.of(Duration.between(struck, noticed)), Duration.between(noticed, back));
    }

    /**
     * Waits until the gaps of an outage are closed, and prints its row of the table. The process was down during the
     * outage.
     */
    void row(String outage, Instant down, Instant started, Instant back) throws InterruptedException {
        row(outage, down, back, Optional.empty(), Duration.between(started, back));
    }

    /** Waits until the gaps of a fault are closed, and prints the fault's row of the table. */
    private void row(String fault, Instant from, Instant until, Optional<Duration> noticed, Duration back)
            throws InterruptedException {
        calm();
        forwardUntil(() -> !newGaps().isEmpty() && areClosed(newGaps()));
        List<Gap> gaps = newGaps();
        gapsSeen += gaps.size();
        DemoRow.Tally tally = books.credit(x.shouldHaveDelivered(from, until), gaps);
        page.row(new DemoRow(fault, noticed, back, tally, DemoRow.by(gaps)));
    }

    private List<Gap> newGaps() {
        List<Gap> all = current().ledger(Instant.EPOCH);
        return all.subList(0, all.size() - gapsSeen);
    }

    private static boolean areClosed(List<Gap> gaps) {
        return gaps.stream().allMatch(gap -> gap.closedAt().isPresent());
    }

    /** Stores the counts of the records that were sent on, for the act's account. */
    void sent(DemoAccount.Sent records) {
        sent = records;
    }

    /** Ends the act: waits up to 5 s for posts that were neither handed over nor lost yet. */
    void end() throws InterruptedException {
        if (stream != null) ledger = current().ledger(Instant.EPOCH);
        long untilNanos = System.nanoTime() + LAST_POSTS.toNanos();
        await(() -> books.isComplete(matched(), ledger) || System.nanoTime() >= untilNanos);
        over = true;
    }

    private List<ExpectedPost> matched() {
        return x.shouldHaveDelivered(Instant.EPOCH, x.now().plus(STEP));
    }

    /** Closes the stream and the emulator, even if the act has failed or was stopped, and returns the act's account. */
    DemoAccount clear() {
        try (x) {
            posts.stop();
            closeStream();
            return books.close(matched(), ledger, connections > 1, !over).with(sent);
        } catch (InterruptedException e) {
            throw new IllegalStateException("The demo was stopped, and interrupted while it stopped.", e);
        }
    }
}
