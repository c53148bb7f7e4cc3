package io.gapless.cli;

import io.gapless.emulator.AccessLevel;
import io.gapless.emulator.XEmulator;
import io.gapless.recovery.GaplessStream;
import io.gapless.stream.StreamEvent;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** The first act: a busy stream, broken in five ways one after the other. What that cost comes back by backfill. */
final class DemoFaults {
    static final int POSTS_PER_SECOND = 400;
    static final Duration STALL_TIMEOUT = Duration.ofSeconds(2);
    static final Duration HEALTHY_AFTER = Duration.ofSeconds(1);
    private static final Duration CALM = Duration.ofMillis(1_500);
    private static final Duration LAST_POSTS = Duration.ofSeconds(1);

    private final DemoStage stage;
    private final ShiftedTime time;

    DemoFaults(DemoStage stage, ShiftedTime time) {
        this.stage = stage;
        this.time = time;
    }

    DemoReport play(Path state) throws InterruptedException {
        List<DemoReport.Row> rows = new ArrayList<>();
        try (XEmulator x = startX();
                GaplessStream stream = stage.open(x, state, STALL_TIMEOUT, HEALTHY_AFTER)) {
            stream.start();
            StreamEvent first = stage.await(StreamEvent.Connected.class::isInstance, stream);
            for (DemoFault fault : DemoFault.values()) {
                stage.listen(stream, CALM);
                rows.add(strike(fault, x, stream));
            }
            Instant until = x.now();
            recover(stream);
            stage.listen(stream, LAST_POSTS);
            long duplicates = stream.health().duplicates();
            return DemoReport.of(
                    rows,
                    stream.ledger(Instant.EPOCH),
                    DemoReport.matched(x.shouldHaveDelivered(first.at(), until)),
                    stage.delivered(),
                    duplicates);
        }
    }

    private XEmulator startX() {
        return XEmulator.builder()
                .access(AccessLevel.ENTERPRISE)
                .time(time)
                .rate(POSTS_PER_SECOND)
                .topics("cat", "dog")
                .rule("cats", "cat")
                .keepAlive(DemoStage.KEEP_ALIVE)
                .start();
    }

    private DemoReport.Row strike(DemoFault fault, XEmulator x, GaplessStream stream) throws InterruptedException {
        stage.say(">> " + fault.title + ": " + fault.says);
        Instant struckAt = x.now();
        fault.strike(x);
        StreamEvent ended = stage.await(StreamEvent.Disconnected.class::isInstance, stream);
        StreamEvent connected = stage.await(StreamEvent.Connected.class::isInstance, stream);
        return new DemoReport.Row(
                fault.title, Duration.between(struckAt, ended.at()), Duration.between(ended.at(), connected.at()));
    }

    /** A backfill counts once its backlog is surely drained, an overlap later: that is put forward. */
    private void recover(GaplessStream stream) throws InterruptedException {
        stage.say(">> half a minute passes, so that the backfills are surely drained");
        for (int closed = 0; closed < DemoFault.values().length; ) {
            time.pass(Duration.ofMillis(300));
            stage.listen(stream, Duration.ofMillis(100));
            closed = (int) stream.ledger(Instant.EPOCH).stream()
                    .filter(gap -> gap.closedAt().isPresent())
                    .count();
        }
    }
}
