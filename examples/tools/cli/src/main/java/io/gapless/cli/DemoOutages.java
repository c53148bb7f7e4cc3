package io.gapless.cli;

import io.gapless.emulator.PostDraft;
import io.gapless.emulator.XEmulator;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.function.UnaryOperator;

/** Keeps the process down for 40 s, 3 min, 40 min, 30 h and 9 days. */
final class DemoOutages implements DemoAct {
    private static final List<Duration> LENGTHS = List.of(
            Duration.ofSeconds(40),
            Duration.ofMinutes(3),
            Duration.ofMinutes(40),
            Duration.ofHours(30),
            Duration.ofDays(9));
    private static final int POSTS_PER_OUTAGE = 60;

    @Override
    public String title() {
        return "The process is down";
    }

    @Override
    public String subtitle() {
        return "Backfill recovers the last 5 minutes, jobs the last 24 hours, search the last 7 days.";
    }

    @Override
    public void play(DemoStage stage) throws InterruptedException {
        stage.page().outageTable();
        stage.openFirst(UnaryOperator.identity());
        for (Duration length : LENGTHS) {
            String title = "down for " + Text.duration(length);
            stage.page().begin(title);
            stage.closeStream();
            stage.time().pass(length);
            Instant started = stage.x().now();
            publish(started.minus(length), length, stage.x());
            Instant back = stage.open(UnaryOperator.identity());
            stage.row(title, started.minus(length), started, back);
        }
    }

    /** Publishes posts evenly over the outage, while no client is connected. */
    private static void publish(Instant from, Duration length, XEmulator x) {
        for (int i = 0; i < POSTS_PER_OUTAGE; i++) {
            Instant created = from.plus(length.multipliedBy(i).dividedBy(POSTS_PER_OUTAGE));
            x.publishUnsent(PostDraft.of("A cat waits for the process.").at(created));
        }
    }
}
