package io.gapless.cli;

import io.gapless.emulator.AccessLevel;
import io.gapless.emulator.PostDraft;
import io.gapless.emulator.XEmulator;
import io.gapless.recovery.Gap;
import io.gapless.recovery.GaplessStream;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * The second act: the process is not running for 40 s, 3 min, 40 min, 30 h and 9 days. The wall clock of both sides is
 * put forward; everything else is real.
 */
final class DemoOutages {
    private static final List<Duration> LENGTHS = List.of(
            Duration.ofSeconds(40),
            Duration.ofMinutes(3),
            Duration.ofMinutes(40),
            Duration.ofHours(30),
            Duration.ofDays(9));
    private static final int POSTS_PER_OUTAGE = 60;
    /** Longer than any single step of the clock, so that none of them looks like a suspended machine. */
    private static final Duration STALL_TIMEOUT = Duration.ofMinutes(10);

    private static final Duration HEALTHY_AFTER = Duration.ofMillis(100);
    private static final Duration CLOCK_STEP = Duration.ofSeconds(20);
    private static final Duration BETWEEN_STEPS = Duration.ofMillis(60);

    private final DemoStage stage;
    private final ShiftedTime time;

    DemoOutages(DemoStage stage, ShiftedTime time) {
        this.stage = stage;
        this.time = time;
    }

    DemoReport play(Path state) throws InterruptedException {
        List<DemoReport.Matched> matched = new ArrayList<>();
        long duplicates = 0;
        try (XEmulator x = startX()) {
            duplicates += live(x, state, 0);
            for (int i = 0; i < LENGTHS.size(); i++) {
                away(LENGTHS.get(i), x, matched);
                duplicates += live(x, state, i + 1);
            }
            try (GaplessStream last = stage.open(x, state, STALL_TIMEOUT, HEALTHY_AFTER)) {
                List<Gap> ledger = last.ledger(Instant.EPOCH);
                return DemoReport.of(List.of(), ledger, matched, stage.delivered(), duplicates);
            }
        }
    }

    private XEmulator startX() {
        return XEmulator.builder()
                .access(AccessLevel.ENTERPRISE)
                .time(time)
                .rule("cats", "cat")
                .keepAlive(DemoStage.KEEP_ALIVE)
                .withoutRateLimits()
                .start();
    }

    private void away(Duration length, XEmulator x, List<DemoReport.Matched> matched) {
        stage.say(">> the process is not running for " + Text.duration(length));
        Instant from = x.now();
        time.pass(length);
        for (int i = 0; i < POSTS_PER_OUTAGE; i++) {
            Instant created = from.plus(length.multipliedBy(i).dividedBy(POSTS_PER_OUTAGE));
            long id = x.publishUnsent(
                    PostDraft.of("a cat of the outage of " + length).at(created));
            matched.add(new DemoReport.Matched(id, created));
        }
    }

    /** Runs until so many gaps have their verdict; returns the duplicates that were dropped. */
    private long live(XEmulator x, Path state, int gaps) throws InterruptedException {
        try (GaplessStream stream = stage.open(x, state, STALL_TIMEOUT, HEALTHY_AFTER)) {
            stream.start();
            stage.listen(stream, Duration.ofMillis(500));
            while (closed(stream) < gaps) {
                time.pass(CLOCK_STEP);
                stage.listen(stream, BETWEEN_STEPS);
            }
            stage.listen(stream, Duration.ofMillis(300));
            return stream.health().duplicates();
        }
    }

    private static long closed(GaplessStream stream) {
        return stream.ledger(Instant.EPOCH).stream()
                .filter(gap -> gap.closedAt().isPresent())
                .count();
    }
}
