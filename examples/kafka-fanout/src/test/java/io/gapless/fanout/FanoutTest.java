package io.gapless.fanout;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A short run of the program, on a real broker. */
class FanoutTest {
    @Test
    @Timeout(120)
    void eachFinalIntervalHasExactlyThePostsThatXShouldHaveDelivered() throws Exception {
        assertThat(Fanout.run(Duration.ofSeconds(16), 100, line -> {}).misses()).isEmpty();
    }
}
