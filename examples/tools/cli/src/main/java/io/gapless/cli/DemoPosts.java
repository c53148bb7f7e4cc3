package io.gapless.cli;

import io.gapless.emulator.PostDraft;
import io.gapless.emulator.XEmulator;
import io.gapless.stream.seam.Time;
import io.gapless.stream.seam.Worker;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Publishes 400 posts per second of the emulator's time. Half of the posts match the rule. Owner: the worker {@code
 * demo-posts} while it runs, otherwise the thread that calls {@link Demo#run}.
 */
final class DemoPosts {
    private static final Duration EACH = Duration.ofNanos(2_500_000);
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final XEmulator x;
    private final Time time;
    private @Nullable Worker worker;
    private Instant nextAt = Instant.EPOCH;
    private boolean aboutCats;

    DemoPosts(XEmulator x, Time time) {
        this.x = x;
        this.time = time;
    }

    void start() {
        nextAt = x.now();
        worker = time.start("demo-posts", nowNanos -> publishDue(), death -> {});
    }

    private long publishDue() {
        for (Instant now = x.now(); !nextAt.isAfter(now); nextAt = nextAt.plus(EACH)) {
            aboutCats = !aboutCats;
            String text = aboutCats ? "A cat sleeps on every roof in town." : "A dog barks at the rain.";
            x.publish(PostDraft.of(text).at(nextAt));
        }
        return EACH.toNanos();
    }

    /** Stops publishing, and waits until the last post is published. */
    void stop() throws InterruptedException {
        Worker running = worker;
        if (running == null) return;
        running.stop();
        running.awaitStopped(PATIENCE);
        worker = null;
    }
}
