package io.gapless.recovery;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

/**
 * How fast a bad day of {@value #POSTS_PER_HOUR} posts an hour goes by, on one thread: {@code -Dseeds} of them, after some
 * that warm up. Run by {@code -Pspeed}.
 */
class SimulationSpeed {
    private static final double POSTS_PER_HOUR = 100;
    private static final int WARM_UP = 40;
    private static final int SEEDS = Integer.getInteger("seeds", 200);

    @Test
    void aDayOfAHundredPostsAnHour() {
        for (long seed = -WARM_UP; seed < 0; seed++) Simulation.run(seed, Simulation.LENGTH, POSTS_PER_HOUR);
        long clockNanos = System.nanoTime();
        Duration core = coreTime();
        long posts = 0;
        for (long seed = 0; seed < SEEDS; seed++) {
            Outcome day = Simulation.run(seed, Simulation.LENGTH, POSTS_PER_HOUR);
            assertThat(day.failures()).as(day.describe()).isEmpty();
            posts += day.posts();
        }
        double coreSeconds = coreTime().minus(core).toMillis() / 1e3;
        double clockSeconds = (System.nanoTime() - clockNanos) / 1e9;
        long hours = SEEDS * Simulation.LENGTH.toHours();
        System.out.printf(
                "%d virtual hours, %.0f posts an hour: %.0f virtual hours a second of one core, %.0f by the clock%n",
                hours, (double) posts / hours, hours / coreSeconds, hours / clockSeconds);
    }

    /** Of the whole process, with what its compiler and its garbage collector take. */
    private static Duration coreTime() {
        return ProcessHandle.current().info().totalCpuDuration().orElseThrow();
    }
}
