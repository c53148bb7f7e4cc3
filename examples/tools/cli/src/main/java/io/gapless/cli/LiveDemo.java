package io.gapless.cli;

import io.gapless.emulator.AccessLevel;
import io.gapless.emulator.XEmulator;
import io.gapless.page.GaplessPage;
import io.gapless.recovery.Access;
import io.gapless.recovery.GaplessStream;
import io.gapless.recovery.outbox.Schedule;
import io.gapless.recovery.outbox.Sender;
import io.gapless.stream.event.StreamEvent;
import io.gapless.stream.rules.RuleSet;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;

/**
 * Shows a stream, in real time and until it is stopped, on a page with buttons that break it. Emulator, stream, sender and
 * receiver run in this process. Owner: the thread that calls {@link #run}; any thread may call {@link #stop}.
 */
final class LiveDemo {
    /** A quarter of the posts is about cats, so the stream gets 20 posts in a second. */
    private static final double POSTS_PER_SECOND = 80;

    private static final Duration LAG = Duration.ofMillis(300);
    private static final int BATCH_MAX = 100;
    private static final Duration SENT_EVERY = Duration.ofSeconds(5);
    private static final Duration AGAIN = Duration.ofMinutes(5);
    private static final Duration OPENING = Duration.ofSeconds(5);
    private static final Duration DRAIN = Duration.ofSeconds(1);

    private final Shell shell;
    private final int port;
    private final CountDownLatch stopped = new CountDownLatch(1);
    private final AtomicReference<GaplessStream> shown = new AtomicReference<>();

    LiveDemo(Shell shell, int port) {
        this.shell = shell;
        this.port = port;
    }

    void stop() {
        stopped.countDown();
    }

    ExitCode run(Path state) throws InterruptedException {
        try (XEmulator x = emulator();
                DemoReceiver receiver = DemoReceiver.start();
                GaplessPage page = page(x)) {
            Sender sender = sender(state, receiver);
            GaplessStream stream = stream(state, x, page, sender);
            shown.set(stream);
            page.show(stream);
            page.show(sender);
            shell.out().println("The page is at " + page.uri() + " and has a button for each fault of X.");
            shell.out().println("A stream with two connections receives 20 posts in a second. Ctrl-C ends it.");
            try (sender) {
                sender.start();
                stream.start();
                stopped.await();
            } finally {
                stream.close(DRAIN);
            }
        }
        return ExitCode.OK;
    }

    private static XEmulator emulator() {
        return XEmulator.builder()
                .access(AccessLevel.ENTERPRISE)
                .rate(POSTS_PER_SECOND)
                .lag(LAG)
                .past(Duration.ofMinutes(10))
                .withoutRateLimits()
                .start();
    }

    private GaplessPage page(XEmulator x) {
        GaplessPage.Builder page = GaplessPage.builder()
                .port(port)
                .title("Gapless demo")
                .tag("stream", "demo")
                .tag("endpoint", "filtered");
        DemoButtons.add(page, x);
        page.button("By hand", "Recover the last 5 minutes again", this::recoverAgain);
        return PageOptions.start(page);
    }

    private void recoverAgain() {
        Instant until = Instant.now().minus(DRAIN);
        // The page shows the gap from now on, or why it could not be opened.
        Objects.requireNonNull(shown.get(), "the stream is built before the page is reached")
                .recover(until.minus(AGAIN), until)
                .orTimeout(OPENING.toSeconds(), TimeUnit.SECONDS)
                .join();
    }

    private static Sender sender(Path state, DemoReceiver receiver) {
        return Sender.builder()
                .stateDirectory(state)
                .to(receiver.address())
                .schedule(Schedule.hourly().withEvery(SENT_EVERY))
                .build();
    }

    private GaplessStream stream(Path state, XEmulator x, GaplessPage page, Sender sender) {
        return GaplessStream.builder()
                .baseUrl(x.baseUri())
                .bearerToken(x.bearerToken())
                .stateDirectory(state)
                .access(Access.ENTERPRISE)
                .connections(2)
                .rules(RuleSet.of("cats", "cat"))
                .batchHandler(BATCH_MAX, page.watchingBatches(sender))
                .onEvent(event -> onEvent(page, event))
                .build();
    }

    private void onEvent(GaplessPage page, StreamEvent event) {
        page.onEvent(event);
        if (event instanceof StreamEvent.Failed failed) {
            shell.err().println("gapless: " + Text.line(failed.describe()));
            stop();
        }
    }
}
