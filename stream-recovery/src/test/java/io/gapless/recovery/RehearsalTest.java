package io.gapless.recovery;

import static org.assertj.core.api.Assertions.assertThat;

import io.gapless.recovery.ledger.Gap;
import java.time.Instant;
import org.junit.jupiter.api.Test;

/** What a standby plays before it has to take over. */
class RehearsalTest {
    @Test
    void aRehearsalHandsOverWhatWasMissedAndClosesItsGap() {
        Rehearsal rehearsal = new Rehearsal(GaplessStream::rehearse);
        assertThat(rehearsal.play()).isEqualTo(Rehearsal.POSTS - Rehearsal.REPEATS);
        assertThat(rehearsal.store().ledger(Instant.EPOCH, 10)).singleElement().satisfies(gap -> {
            assertThat(gap.verdict()).isEqualTo(Gap.Verdict.COMPLETE);
            assertThat(gap.duplicates()).isEqualTo(Rehearsal.REPEATS);
        });
    }

    @Test
    void aRehearsalThatIsStoppedEndsAtOnce() {
        Rehearsal rehearsal = new Rehearsal(GaplessStream::rehearse);
        rehearsal.stop();
        assertThat(rehearsal.play()).isZero();
    }
}
