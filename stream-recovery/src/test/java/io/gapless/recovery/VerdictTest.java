package io.gapless.recovery;

import static org.assertj.core.api.Assertions.assertThat;

import io.gapless.stream.StreamEvent.OfRecovery.Severity;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class VerdictTest {
    private static final Instant NOON = Instant.parse("2026-03-01T12:00:00Z");
    private static final Span WHOLE = span(0, 600);

    private static Span span(int from, int until) {
        return new Span(NOON.plusSeconds(from), NOON.plusSeconds(until));
    }

    private static Gap gap(StepRun... steps) {
        return new Gap(
                1,
                WHOLE,
                "a reset",
                NOON.plusSeconds(60),
                NOON.plusSeconds(60),
                Optional.of(NOON.plusSeconds(540)),
                false,
                List.of(steps),
                List.of(),
                List.of(),
                Verdict.OPEN,
                Optional.empty());
    }

    private static StepRun searched(int posts) {
        return StepRun.of(new Step(RecoveryMethod.SEARCH, WHOLE, NOON))
                .withPass(posts, 0)
                .with(StepRun.State.DONE, "");
    }

    private static Severity severity(Gap gap) {
        return new RecoveryEvent.GapClosed(NOON, gap.closed(gap.judged(), NOON)).severity();
    }

    @Test
    void withoutLossAndDoubtAGapIsComplete() {
        assertThat(gap(searched(7)).judged()).isEqualTo(Verdict.COMPLETE);
    }

    @Test
    void whereOnlyTheProofIsMissingItIsCompleteUnproven() {
        Gap gap = gap(searched(0)).withDoubt(WHOLE, Doubt.UNPROVEN, "nothing came");
        assertThat(gap.judged()).isEqualTo(Verdict.COMPLETE_UNPROVEN);
        assertThat(severity(gap)).isEqualTo(Severity.INFO);
    }

    @Test
    void whatSearchUsuallyDoesNotReturnMakesAGapDoubtfulAndWakesNobodyUp() {
        Gap gap = gap(searched(7)).withDoubt(WHOLE, Doubt.SEARCH_LIMITS, "search returns no retweets for words");
        assertThat(gap.judged()).isEqualTo(Verdict.DOUBTFUL);
        assertThat(severity(gap)).isEqualTo(Severity.INFO);
    }

    @Test
    void aDoubtThatIsUnusualIsAWarning() {
        for (Doubt doubt : List.of(Doubt.RULES_CHANGED, Doubt.ANSWERS_DIFFER)) {
            Gap gap = gap(searched(7))
                    .withDoubt(WHOLE, Doubt.SEARCH_LIMITS, "search returns no retweets for words")
                    .withDoubt(span(0, 60), doubt, "rules changed");
            assertThat(gap.judged()).isEqualTo(Verdict.DOUBTFUL);
            assertThat(severity(gap)).isEqualTo(Severity.WARNING);
        }
    }

    @Test
    void aCertainLossMakesAGapPartialAndIsAnErrorWhateverElseIsDoubtful() {
        Gap gap = gap(searched(7))
                .withDoubt(WHOLE, Doubt.UNPROVEN, "nothing came")
                .withLost(span(0, 60), "window passed");
        assertThat(gap.judged()).isEqualTo(Verdict.PARTIAL);
        assertThat(severity(gap)).isEqualTo(Severity.ERROR);
    }

    @Test
    void aGapOfWhichAllIsLostIsUnrecoverableUnlessSomethingCameAllTheSame() {
        assertThat(gap().withLost(span(0, 60), "cost")
                        .withLost(span(60, 600), "window passed")
                        .judged())
                .isEqualTo(Verdict.UNRECOVERABLE);
        assertThat(gap(searched(7))
                        .withLost(WHOLE, "search cannot look for one of the rules")
                        .judged())
                .isEqualTo(Verdict.PARTIAL);
    }

    @Test
    void equalReasonsOfSpansThatTouchOrOverlapAreOneSpan() {
        Gap gap = gap().withLost(span(120, 180), "cost")
                .withLost(span(0, 60), "cost")
                .withLost(span(59, 121), "cost")
                .withLost(span(180, 240), "window passed")
                .withLost(span(300, 360), "cost")
                .withDoubt(span(0, 60), Doubt.SEARCH_LIMITS, "no retweets")
                .withDoubt(span(60, 120), Doubt.SEARCH_LIMITS, "no retweets");
        assertThat(gap.lost())
                .containsExactly(
                        new LostSpan(span(0, 180), "cost"),
                        new LostSpan(span(180, 240), "window passed"),
                        new LostSpan(span(300, 360), "cost"));
        assertThat(gap.doubtful()).containsExactly(new DoubtfulSpan(span(0, 120), Doubt.SEARCH_LIMITS, "no retweets"));
        assertThat(gap.reason()).isEqualTo("cost; window passed; no retweets");
    }

    @Test
    void noSpanReachesBeyondItsGap() {
        Gap gap = gap().withLost(span(-1, 60), "cost")
                .withLost(span(600, 601), "cost")
                .withDoubt(span(540, 601), Doubt.UNPROVEN, "nothing came");
        assertThat(gap.lost()).containsExactly(new LostSpan(span(0, 60), "cost"));
        assertThat(gap.doubtful()).containsExactly(new DoubtfulSpan(span(540, 600), Doubt.UNPROVEN, "nothing came"));
    }
}
