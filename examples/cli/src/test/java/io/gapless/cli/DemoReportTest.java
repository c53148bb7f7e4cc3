package io.gapless.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.gapless.recovery.Gap;
import io.gapless.recovery.LostSpan;
import io.gapless.recovery.Span;
import io.gapless.recovery.Verdict;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** The demo's account: that it could tell a loss, if there were one. */
class DemoReportTest {
    private static final Instant NOON = Instant.parse("2026-11-22T12:00:00Z");
    private static final Span LOST = new Span(NOON.plusSeconds(10), NOON.plusSeconds(13));
    private static final Gap GAP = new Gap(
            1,
            LOST,
            "a stall",
            NOON.plusSeconds(10),
            NOON.plusSeconds(12),
            Optional.of(NOON.plusSeconds(13)),
            false,
            List.of(),
            List.of(new LostSpan(LOST, "window passed")),
            List.of(),
            Verdict.UNRECOVERABLE,
            Optional.of(NOON.plusSeconds(60)));

    private static DemoReport.Matched post(long id, int second) {
        return new DemoReport.Matched(id, NOON.plusSeconds(second));
    }

    private static DemoReport report(Set<Long> delivered) {
        List<DemoReport.Matched> matched = List.of(post(1, 5), post(2, 11), post(3, 20));
        return DemoReport.of(List.of(), List.of(GAP), matched, delivered, 0);
    }

    private static List<String> printed(DemoReport report) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        report.print(new PrintStream(out, true, StandardCharsets.UTF_8));
        return out.toString(StandardCharsets.UTF_8).lines().toList();
    }

    @Test
    void aPostThatIsMissingFromASpanThatTheLedgerCallsLostIsExplained() {
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
