package io.gapless.cli;

import io.gapless.emulator.XEmulator;
import io.gapless.recovery.Access;
import io.gapless.recovery.GaplessStream;
import io.gapless.recovery.RecoveryEvent;
import io.gapless.stream.Health;
import io.gapless.stream.StreamEvent;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * What both acts of the demo play on: a stream over the real HTTP client, whose events and posts are kept, and a live
 * account of it. Owner: the calling thread, but for the two collections that the handler's and the events' threads fill.
 */
final class DemoStage {
    static final Duration KEEP_ALIVE = Duration.ofMillis(500);
    static final Duration OVERLAP = Duration.ofSeconds(30);
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private final PrintStream out;
    private final ShiftedTime time;
    private final long begunNanos;
    private final Set<Long> delivered = ConcurrentHashMap.newKeySet();
    private final BlockingQueue<StreamEvent> events = new LinkedBlockingQueue<>();
    private long progressPosts;
    private long progressNanos;

    DemoStage(PrintStream out, ShiftedTime time, long begunNanos) {
        this.out = out;
        this.time = time;
        this.begunNanos = begunNanos;
        this.progressNanos = begunNanos;
    }

    GaplessStream open(XEmulator x, Path state, Duration stallTimeout, Duration healthyAfter) {
        return GaplessStream.builder()
                .baseUrl(x.baseUri())
                .bearerToken(x.bearerToken())
                .stateDirectory(state)
                .access(Access.ENTERPRISE)
                .overlap(OVERLAP)
                .time(time)
                // A minute of the demo holds days of connects.
                .stallTimeout(stallTimeout)
                .healthyAfter(healthyAfter)
                .connectBudget(1_000)
                .handler(post -> delivered.add(post.id()))
                .onEvent(events::add)
                .build();
    }

    Set<Long> delivered() {
        return delivered;
    }

    /** Tells events until one is as wanted. */
    StreamEvent await(Predicate<StreamEvent> wanted, GaplessStream stream) throws InterruptedException {
        long untilNanos = System.nanoTime() + PATIENCE.toNanos();
        while (true) {
            StreamEvent event = next(stream, untilNanos);
            if (event == null) throw new IllegalStateException("What the demo waits for did not come in " + PATIENCE);
            if (wanted.test(event)) return event;
        }
    }

    void listen(GaplessStream stream, Duration length) throws InterruptedException {
        long untilNanos = System.nanoTime() + length.toNanos();
        while (next(stream, untilNanos) != null) {}
    }

    /** The next event, told; null when the time is over. Shows progress meanwhile. */
    private @Nullable StreamEvent next(GaplessStream stream, long untilNanos) throws InterruptedException {
        while (true) {
            long restNanos = untilNanos - System.nanoTime();
            if (restNanos <= 0) return null;
            StreamEvent event = events.poll(Math.min(restNanos, 500_000_000), TimeUnit.NANOSECONDS);
            if (event == null) {
                progress(stream);
                continue;
            }
            if (isWorthALine(event)) say(event.describe());
            return event;
        }
    }

    /** The clock is put forward on purpose, and a step's end is told by its gap's. */
    private static boolean isWorthALine(StreamEvent event) {
        return !(event instanceof StreamEvent.ClockJumped) && !(event instanceof RecoveryEvent.StepEnded);
    }

    private void progress(GaplessStream stream) {
        long nowNanos = System.nanoTime();
        double seconds = (nowNanos - progressNanos) / 1e9;
        if (seconds < 1) return;
        Health health = stream.health();
        say("   %s, %,d posts handled, %.0f posts/s"
                .formatted(health.state(), health.handled(), (health.handled() - progressPosts) / seconds));
        progressPosts = health.handled();
        progressNanos = nowNanos;
    }

    void say(String line) {
        String cut = line.length() <= 200 ? line : line.substring(0, 200) + " …";
        out.printf("%6.2f s  %s%n", (System.nanoTime() - begunNanos) / 1e9, cut);
    }
}
