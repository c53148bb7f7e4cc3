package io.gapless.recovery.outbox;

import static org.assertj.core.api.Assertions.assertThat;

import io.gapless.recovery.outbox.FakeReceiver.Reply;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SenderMetricsTest {
    @TempDir
    private Path directory;

    @Test
    void whatIsWrongWithASenderIsAMeter() throws Exception {
        SimpleMeterRegistry registry = new SimpleMeterRegistry();
        try (SenderRig rig = new SenderRig(directory, builder -> builder).start()) {
            new SenderMetrics(rig.sender::status, rig.time, Tags.of("table", "request")).bindTo(registry);
            assertThat(value(registry, "acknowledged.age")).isNaN();
            rig.posts(1);
            rig.receiver.rule = got -> Reply.of(503, "");
            rig.until("2026-03-02T03:00:00Z");
            assertThat(value(registry, "waiting.records")).isEqualTo(1);
            assertThat(value(registry, "endpoint.failing")).isEqualTo(1);
            assertThat(value(registry, "source.failing")).isZero();
            assertThat(value(registry, "late")).isZero();
            rig.until("2026-03-03T02:01:00Z");
            assertThat(value(registry, "late")).isEqualTo(1);

            rig.receiver.rule = got -> Reply.CREATED;
            rig.until("2026-03-03T04:00:00Z");
            assertThat(value(registry, "late")).isZero();
            assertThat(value(registry, "endpoint.failing")).isZero();
            assertThat(value(registry, "acknowledged.age")).isBetween(1.0, 7_200.0);
        }
    }

    private static double value(SimpleMeterRegistry registry, String name) {
        return registry.get("gapless.sender." + name)
                .tag("table", "request")
                .gauge()
                .value();
    }
}
