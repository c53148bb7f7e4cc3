package io.gapless.sending;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.logging.LogManager;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Short runs, to show that the program still judges; the long ones are for the command. */
class IntervalSendingTest {
    @BeforeAll
    static void hush() {
        LogManager.getLogManager().reset();
    }

    @Test
    void whatTheHandlerTookIsReceivedAndAcknowledgedOnce() throws Exception {
        assertThat(new Show(3, line -> {}).run().misses()).isEmpty();
    }

    @Test
    void aSenderThatIsKilledLosesNothingAndSendsNothingUnderTwoKeys() throws Exception {
        assertThat(new Kills(5, 1).run().misses()).isEmpty();
    }
}
