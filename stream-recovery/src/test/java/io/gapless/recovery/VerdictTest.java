package io.gapless.recovery;

import static org.assertj.core.api.Assertions.assertThat;

import io.gapless.recovery.ledger.DoubtfulSpan;
import io.gapless.recovery.ledger.DoubtfulSpan.Doubt;
import io.gapless.recovery.ledger.Gap;
import io.gapless.recovery.ledger.Gap.StepRun;
import io.gapless.recovery.ledger.Gap.Verdict;
import io.gapless.recovery.ledger.LostSpan;
import io.gapless.recovery.ledger.RecoveryMethod;
import io.gapless.recovery.ledger.RecoveryPlan.Step;
import io.gapless.recovery.ledger.Span;
import io.gapless.stream.event.StreamEvent.OfRecovery.Severity;
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
        return Gap.of(1, WHOLE, "a reset", NOON.plusSeconds(60), NOON.plusSeconds(60))
                .reconnectedAt(Optional.of(NOON.plusSeconds(540)))
                .steps(List.of(steps))
                .build();
    }

    private static StepRun searched(int posts) {
        return StepRun.of(new Step(RecoveryMethod.SEARCH, WHOLE, NOON))
                .withPass(posts, 0)
                .with(StepRun.State.DONE, "");
    }

    private static Severity severity(Gap gap) {
        return new RecoveryEvent.GapClosed(NOON, GapChanges.closed(gap, GapChanges.judged(gap), NOON)).severity();
    }

    @Test
    void withoutLossAndDoubtAGapIsComplete() {
        assertThat(GapChanges.judged(gap(searched(7)))).isEqualTo(Verdict.COMPLETE);
    }

    @Test
    void whereOnlyTheProofIsMissingItIsCompleteUnproven() {
        Gap gap = GapChanges.withDoubt(gap(searched(0)), WHOLE, Doubt.UNPROVEN, "nothing came");
        assertThat(GapChanges.judged(gap)).isEqualTo(Verdict.COMPLETE_UNPROVEN);
        assertThat(severity(gap)).isEqualTo(Severity.INFO);
    }

    @Test
    void whatSearchUsuallyDoesNotReturnMakesAGapDoubtfulAndWakesNobodyUp() {
        Gap gap = GapChanges.withDoubt(
                gap(searched(7)), WHOLE, Doubt.SEARCH_LIMITS, "search returns no retweets for words");
        assertThat(GapChanges.judged(gap)).isEqualTo(Verdict.DOUBTFUL);
        assertThat(severity(gap)).isEqualTo(Severity.INFO);
    }

    @Test
    void aDoubtThatIsUnusualIsAWarning() {
        for (Doubt doubt : List.of(Doubt.RULES_CHANGED, Doubt.ANSWERS_DIFFER)) {
            Gap gap = GapChanges.withDoubt(
                    GapChanges.withDoubt(
                            gap(searched(7)), WHOLE, Doubt.SEARCH_LIMITS, "search returns no retweets for words"),
                    span(0, 60),
                    doubt,
                    "rules changed");
            assertThat(GapChanges.judged(gap)).isEqualTo(Verdict.DOUBTFUL);
            assertThat(severity(gap)).isEqualTo(Severity.WARNING);
        }
    }

    @Test
    void aCertainLossMakesAGapPartialAndIsAnErrorWhateverElseIsDoubtful() {
        Gap gap = GapChanges.withLost(
                GapChanges.withDoubt(gap(searched(7)), WHOLE, Doubt.UNPROVEN, "nothing came"),
                span(0, 60),
                "window passed");
        assertThat(GapChanges.judged(gap)).isEqualTo(Verdict.PARTIAL);
        assertThat(severity(gap)).isEqualTo(Severity.ERROR);
    }

    @Test
    void aGapOfWhichAllIsLostIsUnrecoverableUnlessSomethingCameAllTheSame() {
        assertThat(GapChanges.judged(GapChanges.withLost(
                        GapChanges.withLost(gap(), span(0, 60), "cost"), span(60, 600), "window passed")))
                .isEqualTo(Verdict.UNRECOVERABLE);
        assertThat(GapChanges.judged(
                        GapChanges.withLost(gap(searched(7)), WHOLE, "search cannot look for one of the rules")))
                .isEqualTo(Verdict.PARTIAL);
    }

    @Test
    void equalReasonsOfSpansThatTouchOrOverlapAreOneSpan() {
        Gap gap = gap();
        gap = GapChanges.withLost(gap, span(120, 180), "cost");
        gap = GapChanges.withLost(gap, span(0, 60), "cost");
        gap = GapChanges.withLost(gap, span(59, 121), "cost");
        gap = GapChanges.withLost(gap, span(180, 240), "window passed");
        gap = GapChanges.withLost(gap, span(300, 360), "cost");
        gap = GapChanges.withDoubt(gap, span(0, 60), Doubt.SEARCH_LIMITS, "no retweets");
        gap = GapChanges.withDoubt(gap, span(60, 120), Doubt.SEARCH_LIMITS, "no retweets");
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
        Gap gap = GapChanges.withLost(gap(), span(-1, 60), "cost");
        gap = GapChanges.withLost(gap, span(600, 601), "cost");
        gap = GapChanges.withDoubt(gap, span(540, 601), Doubt.UNPROVEN, "nothing came");
        assertThat(gap.lost()).containsExactly(new LostSpan(span(0, 60), "cost"));
        assertThat(gap.doubtful()).containsExactly(new DoubtfulSpan(span(540, 600), Doubt.UNPROVEN, "nothing came"));
    }
}
