package io.gapless.recovery;

import static org.assertj.core.api.Assertions.assertThat;

import io.gapless.recovery.ledger.Gap;
import io.gapless.recovery.ledger.Gap.StepRun;
import io.gapless.recovery.ledger.RecoveryMethod;
import io.gapless.recovery.ledger.RecoveryPlan.Step;
import io.gapless.recovery.ledger.Span;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class GapChangesTest {
    private static final Instant FROM = Instant.parse("2026-12-01T10:00:00Z");
    private static final Span SPAN = new Span(FROM, FROM.plus(Duration.ofMinutes(10)));
    private static final Step JOB = new Step(RecoveryMethod.RECOVERY_JOB, SPAN, SPAN.until());

    private final Gap gap = Gap.of(1, SPAN, "cause", FROM, FROM).build();

    @Test
    void whatAFailedStepHasBroughtCountsAlsoOnceItIsTriedAgain() {
        Gap failed = GapChanges.with(
                gap, StepRun.of(JOB).withPass(500, 20).with(StepRun.State.FAILED, "lines could not be read"));
        Gap again = GapChanges.running(failed, JOB);
        Gap done = GapChanges.with(again, StepRun.of(JOB).withPass(3, 500).with(StepRun.State.DONE, ""));
        assertThat(done.recovered()).isEqualTo(503);
        assertThat(done.duplicates()).isEqualTo(520);
    }

    @Test
    void aFailedStepWithoutPostsLeavesNothingWhenItIsTriedAgain() {
        Gap failed = GapChanges.with(gap, StepRun.of(JOB).with(StepRun.State.FAILED, "refused"));
        assertThat(GapChanges.running(failed, JOB).steps()).hasSize(1);
    }
}
