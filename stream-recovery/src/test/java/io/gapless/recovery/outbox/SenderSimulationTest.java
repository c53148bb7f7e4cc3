package io.gapless.recovery.outbox;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Bad days of sending: as many as {@code -Dseeds} says, from {@code -Dseed.from} on. A seed that fails prints what matters
 * and how to repeat it; what it has found is told in {@code docs/simulation-diary.md}.
 */
class SenderSimulationTest {
    private static final long FROM = Long.getLong("seed.from", 0);
    private static final int SEEDS = Integer.getInteger("seeds", 200);

    @Test
    void noSeedBreaksAPromiseOfSending() throws Exception {
        SenderSoak soak = new SenderSoak(System.out);
        List<SenderOutcome> failed = soak.run(FROM, SEEDS, Runtime.getRuntime().availableProcessors());
        assertThat(failed)
                .as("days that broke a promise")
                .extracting(SenderOutcome::seed)
                .isEmpty();
        if (SEEDS >= 200) {
            assertThat(soak.neverStruck()).as("faults that prove nothing").isEmpty();
        }
    }

    @Test
    void theSameSeedGivesTheSameDay(@TempDir Path work) {
        SenderOutcome first = SenderSimulation.run(FROM, work.resolve("first"));
        SenderOutcome second = SenderSimulation.run(FROM, work.resolve("second"));
        assertThat(second.hash()).isEqualTo(first.hash());
        assertThat(second.strikes()).isEqualTo(first.strikes());
        assertThat(SenderSimulation.run(FROM + 1, work).hash()).isNotEqualTo(first.hash());
    }
}
