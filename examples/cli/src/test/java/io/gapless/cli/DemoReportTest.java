package io.gapless.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.gapless.emulator.ExpectedPost;
import io.gapless.stream.Disconnection;
import io.gapless.stream.Outage;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** The demo's account: that it could tell a loss, if there were one. */
class DemoReportTest {
    private static final Instant NOON = Instant.parse("2026-11-22T12:00:00Z");
    private static final Outage OUTAGE = new Outage(
            1,
            new Disconnection.Stalled(Duration.ofSeconds(2)),
            NOON.plusSeconds(10),
            NOON.plusSeconds(12),
            NOON.plusSeconds(13),
            false);

    private static ExpectedPost post(long id, int second) {
        return new ExpectedPost(id, NOON.plusSeconds(second), List.of(1L), "{}");
    }

    private static DemoReport report(Set<Long> delivered) {
        List<ExpectedPost> matched = List.of(post(1, 5), post(2, 11), post(3, 20));
        return DemoReport.of(List.of(), List.of(OUTAGE), matched, delivered, 0);
    }

    private static List<String> printed(DemoReport report) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        report.print(new PrintStream(out, true, StandardCharsets.UTF_8));
        return out.toString(StandardCharsets.UTF_8).lines().toList();
    }

    @Test
    void aPostThatIsMissingFromAnOutageIsExplained() {
        DemoReport report = report(Set.of(1L, 3L));

        assertThat(report.lostExplained()).isEqualTo(1);
        assertThat(report.silentlyLost()).isZero();
    }

    @Test
    void aPostThatIsMissingFromALiveConnectionIsLostSilently() {
        DemoReport report = report(Set.of(1L));

        assertThat(report.lostExplained()).isEqualTo(1);
        assertThat(report.silentlyLost()).isEqualTo(1);
    }

    @Test
    void theLastLineTellsWhatWasLostSilently() {
        assertThat(printed(report(Set.of(1L, 2L, 3L))))
                .endsWith("matched: 3", "delivered: 3", "duplicates: 0", "lost, explained: 0", "silently lost: 0");
    }
}
