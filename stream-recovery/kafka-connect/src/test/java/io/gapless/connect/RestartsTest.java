package io.gapless.connect;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class RestartsTest {
    private final Restarts restarts = new Restarts();

    private static long minute(int number) {
        return Duration.ofMinutes(number).toNanos();
    }

    @Test
    void thereAreThreeInAnHourAtMost() {
        assertThat(restarts.allow(minute(0))).isTrue();
        assertThat(restarts.allow(minute(20))).isTrue();
        assertThat(restarts.allow(minute(40))).isTrue();

        assertThat(restarts.allow(minute(59))).isFalse();
        assertThat(restarts.allow(minute(60))).isTrue();
        assertThat(restarts.allow(minute(61))).isFalse();
    }
}
