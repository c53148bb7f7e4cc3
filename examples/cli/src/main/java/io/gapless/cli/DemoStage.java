package io.gapless.cli;

import io.gapless.emulator.AccessLevel;
import io.gapless.emulator.ExpectedPost;
import io.gapless.emulator.XEmulator;
import io.gapless.recovery.Access;
import io.gapless.recovery.Gap;
import io.gapless.recovery.GaplessStream;
import io.gapless.stream.StreamEvent;
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
 * What an act plays on: an emulator of X, a stream from it over the real HTTP client, a clock that can be put forward, and
 * the books. Owner: the calling thread.
 */
final class DemoStage {
    /** Real time before a fault and after it, in which posts come live. */
    private static final Duration CALM = Duration.ofMillis(300);
    /** Well below the stall timeout; after each step a keep-alive comes, as it would have come meanwhile. */
    private static final Duration STEP = Duration.ofSeconds(10);
    /** Where a length is measured, which is as exact as this. */
    private static final Duration SMALL_STEP = Duration.ofMillis(250);
    /** From one fault to the next: the spans of their gaps, with a margin of a minute on both sides, do not touch. */
    private static final Duration APART = Duration.ofSeconds(125);

    /** How long a signal may take on a busy machine. */
    private static final Duration SIGNAL = Duration.ofSeconds(5);

    private static final Duration LOOK_EVERY = Duration.ofMillis(5);
    /** As long as a busy machine may need. */
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
    /** Connects under way, as far as their events have come. */
    private int connecting;

    private List<Gap> ledger = List.of();
    private int gapsSeen;
    private DemoAccount.Sent sent = DemoAccount.Sent.NOTHING;
    private boolean over;

    /**
     * Opens the stage.
     *
     * @param directory for the state of the stream
     * @param stopped asked wherever an act waits: whether the demo is to end
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

    /** Starts the stream as any program would, and waits for its connection; returns when it was there. */
    Instant open(UnaryOperator<GaplessStream.Builder> settings) throws InterruptedException {
        GaplessStream opened = settings.apply(GaplessStream.builder()
                        .baseUrl(x.baseUri())
                        .bearerToken(x.bearerToken())
                        .stateDirectory(directory)
                        .access(Access.ENTERPRISE)
                        .time(time)
                        .handler(books::handOver)
                        .onEvent(events::add))
                .build();
        stream = opened;
        opened.start();
        return await(StreamEvent.Connected.class).at();
    }

    /** The first start: waits until it has nothing more to do, since on a busy machine the first connect is a gap, too. */
    void openFirst(UnaryOperator<GaplessStream.Builder> settings) throws InterruptedException {
        page.begin("starting");
        open(settings);
        calm();
        forwardUntil(() -> areClosed(newGaps()));
        gapsSeen = newGaps().size();
    }

    /** The same with two connections. */
    void openTwo() throws InterruptedException {
        connections = 2;
        openFirst(settings -> settings.connections(2));
        forwardUntil(() -> current().health().connectionsLive() == 2);
    }

    /** Closes the stream, as a process that ends does. */
    void closeStream() {
        GaplessStream open = stream;
        if (open == null) return;
        stream = null;
        connecting = 0;
        ledger = open.ledger(Instant.EPOCH);
        open.close(DRAIN);
        books.closed(open.health());
        for (StreamEvent event = events.poll(); event != null; event = events.poll()) page.event(event.describe());
    }

    /** Waits for an event. A wait of the stream's own, before it tries again, is cut short. */
    <E extends StreamEvent> E await(Class<E> kind) throws InterruptedException {
        return await(kind, Duration.ZERO);
    }

    /** Waits for an event, and lets time pass meanwhile, so much at a time. */
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

    /** The next event; null if there is none at present. */
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

    /** Lets time pass until what comes now can no longer touch what was before. */
    void calm() throws InterruptedException {
        Instant until = time.instant().plus(APART);
        forwardUntil(() -> time.instant().isAfter(until));
    }

    /** Lets real time pass. */
    void pause(Duration length) throws InterruptedException {
        long untilNanos = System.nanoTime() + length.toNanos();
        await(() -> System.nanoTime() >= untilNanos);
    }

    void await(BooleanSupplier condition) throws InterruptedException {
        long untilNanos = System.nanoTime() + PATIENCE.toNanos();
        while (!condition.getAsBoolean()) next(untilNanos);
    }

    /** Lets time pass quickly until a condition holds. */
    void forwardUntil(BooleanSupplier condition) throws InterruptedException {
        long untilNanos = System.nanoTime() + PATIENCE.toNanos();
        while (!condition.getAsBoolean()) {
            // A connect takes real time: on a busy machine the clock would run ahead of its time limit, again and
            // again.
            boolean idle = next(untilNanos) == null && connecting == 0;
            if (idle) forward(STEP, current().health().connectionsLive());
        }
    }

    /**
     * Lets time pass. What X would have sent meanwhile comes after it: a keep-alive, or for two connections a post, which
     * both of them bring. Waits until it has come, or a busy machine would take a connection for silent.
     *
     * @param hearing how many connections will hear it
     */
    private void forward(Duration step, int hearing) throws InterruptedException {
        long received = current().health().received();
        time.pass(step);
        if (hearing > 1) x.publish("A cat yawns.");
        else x.sendKeepAlive();
        long untilNanos = System.nanoTime() + SIGNAL.toNanos();
        do {
            TimeUnit.MILLISECONDS.sleep(LOOK_EVERY.toMillis());
        } while (!stopped.getAsBoolean()
                && System.nanoTime() < untilNanos
                && (hearing > 1
                        ? current().health().received() < received + hearing
                        : hearing == 1 && isSilentFor(step)));
    }

    private boolean isSilentFor(Duration length) {
        return current()
                .health()
                .sinceLastSignal()
                .filter(silence -> silence.compareTo(length) < 0)
                .isEmpty();
    }

    /** Breaks something while posts come, waits until that is noticed and over, and adds its row. */
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

    /** A process that was down from one moment to another is back. */
    void row(String outage, Instant down, Instant started, Instant back) throws InterruptedException {
        row(outage, down, back, Optional.empty(), Duration.between(started, back));
    }

    /** Lets the gaps of a fault be closed, and adds the row of what matched meanwhile. */
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

    /** What became of the records that were sent on. */
    void sent(DemoAccount.Sent records) {
        sent = records;
    }

    /** The act is played: waits for the posts that are still on their way. */
    void end() throws InterruptedException {
        if (stream != null) ledger = current().ledger(Instant.EPOCH);
        long untilNanos = System.nanoTime() + LAST_POSTS.toNanos();
        await(() -> books.isComplete(matched(), ledger) || System.nanoTime() >= untilNanos);
        over = true;
    }

    private List<ExpectedPost> matched() {
        return x.shouldHaveDelivered(Instant.EPOCH, x.now().plus(STEP));
    }

    /** Clears the stage, whatever has happened on it, and returns the account of it. */
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
