package io.gapless.recovery;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * Bad days of 30 virtual hours: as many as {@code -Dseeds} says, from {@code -Dseed.from} on. A seed that fails prints
 * what matters and how to repeat it; what it has found is told in {@code docs/simulation-diary.md}.
 */
class SimulationTest {
    private static final long FROM = Long.getLong("seed.from", 0);
    private static final int SEEDS = Integer.getInteger("seeds", 200);
    /** The file that gets the picture of the run; null for no picture. */
    private static final String PLOT = System.getProperty("simulation.plot");

    @Test
    void noSeedBreaksAPromise() throws Exception {
        SimulationSoak soak = new SimulationSoak(System.out);
        List<Outcome> failed = soak.run(FROM, SEEDS, Runtime.getRuntime().availableProcessors());
        if (PLOT != null) Files.writeString(Path.of(PLOT), soak.plot());
        assertThat(failed)
                .as("days that broke a promise")
                .extracting(Outcome::seed)
                .isEmpty();
        if (SEEDS >= 200) {
            assertThat(soak.neverStruck()).as("faults that prove nothing").isEmpty();
        }
    }

    @Test
    void noDayOnWhichAFaultWasFoundShowsItAgain() {
        assertThat(FoundDays.SEEDS.parallelStream())
                .allMatch(seed -> Simulation.run(seed, Simulation.length(seed)).isGood());
    }

    @Test
    void theSameSeedGivesTheSameRun() {
        Outcome first = Simulation.run(FROM, Simulation.LENGTH);
        Outcome second = Simulation.run(FROM, Simulation.LENGTH);
        assertThat(second).isEqualTo(first);
        assertThat(Simulation.run(FROM + 1, Simulation.LENGTH).hash()).isNotEqualTo(first.hash());
    }
}
