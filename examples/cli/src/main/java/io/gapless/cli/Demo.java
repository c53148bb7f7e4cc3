package io.gapless.cli;

import io.gapless.emulator.AccessLevel;
import io.gapless.emulator.XEmulator;
import io.gapless.stream.FilteredStream;
import io.gapless.stream.Health;
import io.gapless.stream.Outage;
import io.gapless.stream.Post;
import io.gapless.stream.StreamEvent;
import java.io.PrintStream;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The demo: an emulator of X, a stream from it over the real HTTP client, five faults one after the other, and at the
 * end the emulator's list of what should have arrived against what did. Owner of everything: the calling thread, but for
 * the two collections that the handler's and the events' threads fill.
 */
final class Demo {
    private static final int POSTS_PER_SECOND = 400;
    private static final Duration KEEP_ALIVE = Duration.ofMillis(500);
    private static final Duration STALL_TIMEOUT = Duration.ofSeconds(2);
    private static final Duration HEALTHY_AFTER = Duration.ofSeconds(1);
    private static final Duration CALM = Duration.ofMillis(2_500);
    private static final Duration PATIENCE = Duration.ofSeconds(15);
    private static final Duration LAST_POSTS = Duration.ofSeconds(1);

    private final PrintStream out;
    private final BlockingQueue<StreamEvent> events = new LinkedBlockingQueue<>();
    private final Set<Long> delivered = ConcurrentHashMap.newKeySet();
    private final List<Outage> outages = new ArrayList<>();
    private final List<DemoReport.Row> rows = new ArrayList<>();
    private long begunNanos;
    private long progressPosts;
    private long progressNanos;

    Demo(PrintStream out) {
        this.out = out;
    }

    DemoReport run() throws InterruptedException {
        begunNanos = System.nanoTime();
        progressNanos = begunNanos;
        try (XEmulator x = startX();
                FilteredStream stream = open(x)) {
            introduce(x);
            stream.start();
            StreamEvent.Connected first = (StreamEvent.Connected) await(StreamEvent.Connected.class, stream);
            for (DemoFault fault : DemoFault.values()) {
                calm(stream);
                rows.add(strike(fault, x, stream));
            }
            calm(stream);
            Instant until = x.now();
            listen(stream, LAST_POSTS);
            Health health = stream.health();
            stream.close(LAST_POSTS);
            return DemoReport.of(
                    rows, outages, x.shouldHaveDelivered(first.at(), until), delivered, health.duplicates());
        }
    }

    private static XEmulator startX() {
        return XEmulator.builder()
                .access(AccessLevel.PAY_PER_USE)
                .rate(POSTS_PER_SECOND)
                .topics("cat", "dog")
                .rule("cats", "cat")
                .keepAlive(KEEP_ALIVE)
                .start();
    }

    private FilteredStream open(XEmulator x) {
        return FilteredStream.builder()
                .baseUrl(x.baseUri())
                .bearerToken(x.bearerToken())
                .stallTimeout(STALL_TIMEOUT)
                .healthyAfter(HEALTHY_AFTER)
                .handler(this::keep)
                .onEvent(events::add)
                .build();
    }

    private void keep(Post post) {
        delivered.add(post.id());
    }

    private void introduce(XEmulator x) {
        out.println("Gapless demo: an emulator of X at " + x.baseUri() + " makes " + POSTS_PER_SECOND
                + " posts/s, half of which match the rule `cat`.");
        out.println(
                "Shortened for the demo: keep-alive every " + KEEP_ALIVE.toMillis() + " ms (X: 20 s), stall timeout "
                        + STALL_TIMEOUT.toSeconds() + " s (25 s), healthy after " + HEALTHY_AFTER.toSeconds()
                        + " s (30 s). The back-off ladders are X's own.");
        out.println();
    }

    private DemoReport.Row strike(DemoFault fault, XEmulator x, FilteredStream stream) throws InterruptedException {
        say(">> " + fault.title + ": " + fault.says);
        Instant struckAt = x.now();
        fault.strike(x);
        StreamEvent ended = await(StreamEvent.Disconnected.class, stream);
        StreamEvent connected = await(StreamEvent.Connected.class, stream);
        return new DemoReport.Row(
                fault.title, Duration.between(struckAt, ended.at()), Duration.between(ended.at(), connected.at()));
    }

    /** Lets the stream run until it counts as healthy. */
    private void calm(FilteredStream stream) throws InterruptedException {
        listen(stream, CALM);
    }

    private void listen(FilteredStream stream, Duration length) throws InterruptedException {
        long untilNanos = System.nanoTime() + length.toNanos();
        while (next(stream, untilNanos) != null) {}
    }

    private StreamEvent await(Class<? extends StreamEvent> kind, FilteredStream stream) throws InterruptedException {
        long untilNanos = System.nanoTime() + PATIENCE.toNanos();
        while (true) {
            StreamEvent event = next(stream, untilNanos);
            if (event == null) throw new IllegalStateException("No " + kind.getSimpleName() + " within " + PATIENCE);
            if (kind.isInstance(event)) return event;
        }
    }

    /** The next event, told and noted; null when the time is over. Shows progress meanwhile. */
    private @Nullable StreamEvent next(FilteredStream stream, long untilNanos) throws InterruptedException {
        while (true) {
            long restNanos = untilNanos - System.nanoTime();
            if (restNanos <= 0) return null;
            StreamEvent event = events.poll(Math.min(restNanos, 500_000_000), TimeUnit.NANOSECONDS);
            if (event == null) {
                progress(stream);
                continue;
            }
            if (event instanceof StreamEvent.OutageEnded ended) outages.add(ended.outage());
            say(event.describe());
            return event;
        }
    }

    private void progress(FilteredStream stream) {
        long nowNanos = System.nanoTime();
        double seconds = (nowNanos - progressNanos) / 1e9;
        if (seconds < 1) return;
        Health health = stream.health();
        say("   %s, %,d posts handled, %.0f posts/s"
                .formatted(health.state(), health.handled(), (health.handled() - progressPosts) / seconds));
        progressPosts = health.handled();
        progressNanos = nowNanos;
    }

    private void say(String line) {
        out.printf("%6.2f s  %s%n", (System.nanoTime() - begunNanos) / 1e9, line);
    }
}
