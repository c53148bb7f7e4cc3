package io.gapless.failover;

import static org.assertj.core.api.Assertions.assertThat;

import io.gapless.hosts.Strike;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.opentest4j.TestAbortedException;

/** A short run, to show that the program still judges; the long one is the command {@code takeovers} of the proofs. */
class FailoverTest {
    @Test
    @Timeout(300)
    void aConsumerThatIsKilledOrClosedIsFollowedByTheOtherOneAndNothingIsLost() throws Exception {
        try {
            assertThat(Failover.run(Duration.ofSeconds(2), 50, List.of(Strike.KILL, Strike.CLOSE), line -> {})
                            .misses())
                    .isEmpty();
        } catch (IllegalStateException e) {
            if (!String.valueOf(e.getMessage()).contains("Missing embedded postgres binaries")) throw e;
            String skipped = "NOT TESTED ON POSTGRESQL: Maven Central has no binaries of it for this machine.";
            System.err.println(skipped);
            throw new TestAbortedException(skipped, e);
        }
    }
}
