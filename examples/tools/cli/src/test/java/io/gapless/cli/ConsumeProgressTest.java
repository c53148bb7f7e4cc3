package io.gapless.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.gapless.recovery.RecoveryEvent;
import io.gapless.recovery.ledger.Gap;
import io.gapless.recovery.ledger.Gap.StepRun;
import io.gapless.recovery.ledger.Gap.Verdict;
import io.gapless.recovery.ledger.RecoveryMethod;
import io.gapless.recovery.ledger.RecoveryPlan;
import io.gapless.recovery.ledger.RecoveryPlan.Step;
import io.gapless.recovery.ledger.Span;
import io.gapless.stream.post.Origin;
import io.gapless.stream.post.Post;
import io.gapless.stream.spi.PostLine;
import io.gapless.stream.spi.Source;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ConsumeProgressTest {
    private static final Instant NOON = Instant.parse("2026-11-30T12:00:00Z");
    private static final Span TWO_HOURS = new Span(NOON.minusSeconds(7_200), NOON);
    private static final Step FIRST = step(TWO_HOURS.from(), NOON.minusSeconds(3_600));
    private static final Step SECOND = step(NOON.minusSeconds(3_600), NOON);

    private final ConsumeProgress progress = new ConsumeProgress(true, NOON);

    private static Step step(Instant from, Instant until) {
        return new Step(RecoveryMethod.RECOVERY_JOB, new Span(from, until), from);
    }

    private static Gap gap(Verdict verdict) {
        return Gap.of(7, TWO_HOURS, "reset", TWO_HOURS.from(), TWO_HOURS.from())
                .reconnectedAt(Optional.of(NOON))
                .verdict(verdict)
                .build();
    }

    private static Post post(Origin origin, Instant createdAt) {
        String line = "{\"data\":{\"id\":\"1\",\"text\":\"cat\",\"created_at\":\"" + createdAt + "\"}}";
        return PostLine.read(line.getBytes(StandardCharsets.UTF_8), new Source(origin), NOON)
                .orElseThrow();
    }

    @Test
    void aLineAMinuteTellsPostsRateLagAndGaps() {
        assertThat(progress.lineDue(NOON.plusSeconds(59))).isEmpty();
        progress.onEvent(new RecoveryEvent.GapOpened(NOON, gap(Verdict.OPEN)));
        for (int i = 0; i < 120; i++)
            progress.onPostsWritten(List.of(post(Origin.LIVE, NOON.plusSeconds(56))), NOON.plusSeconds(59));
        assertThat(progress.lineDue(NOON.plusSeconds(60)))
                .hasValue("120 posts written, 2.0 posts/s, 3 s behind, 1 open gap");
        assertThat(progress.lineDue(NOON.plusSeconds(119))).isEmpty();
        assertThat(progress.lineDue(NOON.plusSeconds(120)))
                .hasValue("120 posts written, 0.0 posts/s, no new posts, 1 open gap");
    }

    @Test
    void aProcessThatStandsBySaysSoUntilItTakesOver() {
        progress.onEvent(new RecoveryEvent.StandingBy(NOON, "cats"));
        assertThat(progress.lineDue(NOON.plusSeconds(60))).hasValue("standing by");
        progress.onEvent(new RecoveryEvent.TookOver(NOON, "cats", 7));
        assertThat(progress.lineDue(NOON.plusSeconds(120)))
                .hasValue("0 posts written, 0.0 posts/s, no new posts, 0 open gaps");
    }

    @Test
    void aClockThatIsBehindXShowsNoNegativeLag() {
        progress.onPostsWritten(List.of(post(Origin.LIVE, NOON.plusSeconds(1))), NOON);
        assertThat(progress.lineDue(NOON.plus(Duration.ofMinutes(1))).orElseThrow())
                .contains(" 0 ms behind");
    }

    @Test
    void withoutAStateOutagesAreCountedInsteadOfGaps() {
        assertThat(new ConsumeProgress(false, NOON).lineDue(NOON.plusSeconds(60)))
                .hasValue("0 posts written, 0.0 posts/s, no new posts, 0 outages");
    }

    @Test
    void aBarShowsHowMuchOfAGapIsRecovered() {
        assertThat(progress.bars()).isEmpty();
        RecoveryPlan plan = new RecoveryPlan(List.of(FIRST, SECOND), List.of());
        progress.onEvent(new RecoveryEvent.GapPlanned(NOON, gap(Verdict.OPEN), plan));
        assertThat(progress.bars())
                .containsExactly("Gap 7  [------------------------------] 0 % of 2 h, 0 posts recovered");
        progress.onPostsWritten(
                List.of(
                        post(Origin.RECOVERY_JOB, NOON.minusSeconds(5_400)),
                        post(Origin.RECOVERY_JOB, NOON.minusSeconds(5_500)),
                        post(Origin.LIVE, NOON)),
                NOON);
        assertThat(progress.bars())
                .containsExactly("Gap 7  [#######-----------------------] 25 % of 2 h, 2 posts recovered");
        progress.onEvent(new RecoveryEvent.StepEnded(NOON, 7, StepRun.of(FIRST).with(StepRun.State.DONE, "")));
        assertThat(progress.bars())
                .containsExactly("Gap 7  [###############---------------] 50 % of 2 h, 2 posts recovered");
        progress.onEvent(new RecoveryEvent.StepEnded(NOON, 7, StepRun.of(SECOND).with(StepRun.State.FAILED, "")));
        assertThat(progress.bars()).singleElement().asString().contains("] 50 % of");
        progress.onEvent(new RecoveryEvent.GapClosed(NOON, gap(Verdict.COMPLETE)));
        assertThat(progress.bars()).isEmpty();
    }
}
