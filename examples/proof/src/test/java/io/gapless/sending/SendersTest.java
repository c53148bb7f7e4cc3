package io.gapless.sending;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.opentest4j.TestAbortedException;

/** Short runs, to show that the program still judges; the long ones are for the command. */
class SendersTest {
    @Test
    void aSenderThatIsKilledLosesNothingAndSendsNothingUnderTwoKeys() throws Exception {
        assertThat(new SenderKills(5, false, 1).run().misses()).isEmpty();
    }

    @Test
    void aStateThatIsRestoredFromACopyLosesNothingAndReusesNoKey() throws Exception {
        assertThat(new SenderKills(10, true, 2).run().misses()).isEmpty();
    }

    @Test
    void whatManyProgramsChangeAtOnceIsReceivedAsItIsInTheEnd() throws Exception {
        try {
            assertThat(new Writers(6, Duration.ofSeconds(5), 1).run().misses()).isEmpty();
        } catch (IllegalStateException e) {
            // As the library ends its search for binaries; anything else is a failure.
            if (!String.valueOf(e.getMessage()).contains("Missing embedded postgres binaries")) throw e;
            String skipped = "NOT TESTED ON POSTGRESQL: Maven Central has no binaries of it for this machine.";
            System.err.println(skipped);
            throw new TestAbortedException(skipped, e);
        }
    }
}
