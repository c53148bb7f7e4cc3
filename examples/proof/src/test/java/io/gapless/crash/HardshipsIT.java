package io.gapless.crash;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Path;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The packaged program goes through each hardship once; the long runs are for the command. Mostly they wait. */
@Execution(ExecutionMode.CONCURRENT)
@DisabledOnOs(value = OS.WINDOWS, disabledReason = "Windows has neither SIGTERM nor SIGSTOP")
class HardshipsIT {
    private static final Path JAR = Path.of(System.getProperty("gapless.jar", "../tools/cli/target/gapless.jar"));

    @ParameterizedTest
    @EnumSource
    void nothingIsLostAndNothingCommittedComesAgain(Hardship hardship) throws Exception {
        assertThat(JAR)
                .as("the packaged program; 'mvn package' in the main directory makes it")
                .exists();
        try (Trial trial = new Trial(JAR, hardship, 1, Trial.Extent.SHORT)) {
            Trial.Result result = trial.run();
            assumeTrue(result.tried(), "SKIPPED: this user may not mount a disk");
            assertThat(result.misses()).isEmpty();
            assertThat(result.posts()).isPositive();
        }
    }
}
