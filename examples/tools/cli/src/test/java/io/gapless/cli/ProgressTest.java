package io.gapless.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import org.junit.jupiter.api.Test;

class ProgressTest {
    private static final Instant NOON = Instant.parse("2026-03-01T12:00:00Z");

    @Test
    void theBarTellsHowMuchHowFastAndHowLong() {
        Progress progress = new Progress(NOON, 0, 1_000_000).plus(250_000);
        assertThat(progress.line(NOON.plusSeconds(10)))
                .isEqualTo("[#######-----------------------] 25 %  250,000 of 1,000,000, 25,000/s, 30 s left");
        assertThat(progress.isOver()).isFalse();
    }

    @Test
    void whatWaitedBeforeDoesNotMakeItMoreThanAll() {
        Progress progress = new Progress(NOON, 0, 10).plus(12);
        assertThat(progress.isOver()).isTrue();
        assertThat(progress.line(NOON)).endsWith("100 %  10 of 10");
    }
}
