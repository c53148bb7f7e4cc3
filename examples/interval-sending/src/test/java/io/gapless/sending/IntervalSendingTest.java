package io.gapless.sending;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.logging.LogManager;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** A short run, to show that the program still judges; the long one is for the command. */
class IntervalSendingTest {
    @BeforeAll
    static void hush() {
        LogManager.getLogManager().reset();
    }

    @Test
    void whatTheHandlerTookIsReceivedAndAcknowledgedOnce() throws Exception {
        assertThat(new Show(3, line -> {}).run().misses()).isEmpty();
    }
}
