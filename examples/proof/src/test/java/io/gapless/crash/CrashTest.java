package io.gapless.crash;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

/** A short run, to show that the program still judges; the long one is for the command. */
class CrashTest {
    /** The machine that builds may be busy. */
    private static final Duration COMMIT_WITHIN = Duration.ofSeconds(5);

    @Test
    void nothingIsLostOrHandedTwiceByAProcessThatIsKilledAtRandomMoments() throws Exception {
        StreamKills.Settings settings = new StreamKills.Settings(5, 1, 20, 2, Duration.ofMinutes(20), COMMIT_WITHIN);
        try (StreamKills kills = new StreamKills(settings, line -> {})) {
            assertThat(kills.run().misses()).isEmpty();
        }
    }

    @Test
    void aJobThatIsCutAgainAndAgainIsComplete() throws Exception {
        assertThat(new JobCuts(Duration.ofMinutes(20)).run().misses()).isEmpty();
    }
}
