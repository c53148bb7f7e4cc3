package io.gapless.page;

import static org.assertj.core.api.Assertions.assertThat;

import io.gapless.emulator.XEmulator;
import io.gapless.recovery.outbox.SenderStatus;
import io.gapless.stream.FilteredStream;
import io.gapless.stream.Health;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

class ReadinessTest {
    private static final Instant NOW = Instant.parse("2026-12-02T10:00:00Z");
    private static final Optional<SenderStatus> NO_SENDER = Optional.empty();

    @AutoClose
    private final XEmulator x = XEmulator.builder()
            .topics("cat")
            .rule("cats", "cat")
            .withoutRateLimits()
            .start();

    @AutoClose
    private final FilteredStream stream = FilteredStream.builder()
            .baseUrl(x.baseUri())
            .bearerToken(x.bearerToken())
            .handler(post -> {})
            .build();

    private static Optional<SenderStatus> sender(Instant lateAt, boolean fails) {
        Optional<SenderStatus.Failure> failure = Optional.of(new SenderStatus.Failure(NOW, "HTTP 503"));
        return Optional.of(new SenderStatus(
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                0,
                0,
                0,
                0,
                "https://example.org",
                "",
                fails ? failure : Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.of(lateAt)));
    }

    private Optional<Health> live() {
        stream.start();
        while (stream.health().state() != Health.State.LIVE) Thread.onSpinWait();
        return Optional.of(stream.health());
    }

    @Test
    void withoutAnythingItIsAliveAndNotReady() {
        assertThat(Readiness.of(Optional.empty(), NO_SENDER, NOW)).isEqualTo(new Readiness(true, false, "starting"));
    }

    @Test
    void aSenderIsReadyUntilAnAcknowledgementIsOverdue() {
        assertThat(Readiness.of(Optional.empty(), sender(NOW.plusSeconds(1), false), NOW))
                .isEqualTo(new Readiness(true, true, "healthy"));
        assertThat(Readiness.of(Optional.empty(), sender(NOW.plusSeconds(1), true), NOW))
                .isEqualTo(new Readiness(true, true, "degraded"));
        assertThat(Readiness.of(Optional.empty(), sender(NOW.minusSeconds(1), true), NOW))
                .isEqualTo(new Readiness(true, false, "late"));
    }

    @Test
    void aLiveStreamIsReadyAndNotIfItsSenderIsLate() {
        Optional<Health> live = live();
        assertThat(Readiness.of(live, NO_SENDER, NOW)).isEqualTo(new Readiness(true, true, "healthy"));
        assertThat(Readiness.of(live, sender(NOW.plusSeconds(1), false), NOW))
                .isEqualTo(new Readiness(true, true, "healthy"));
        assertThat(Readiness.of(live, sender(NOW.minusSeconds(1), false), NOW))
                .isEqualTo(new Readiness(true, false, "late"));
    }

    @Test
    void aStreamThatIsNotStartedIsAliveAndOneThatIsClosedIsNot() {
        assertThat(Readiness.of(Optional.of(stream.health()), NO_SENDER, NOW))
                .isEqualTo(new Readiness(true, false, "stale"));
        stream.start();
        stream.close(Duration.ofSeconds(1));
        Readiness closed = Readiness.of(Optional.of(stream.health()), sender(NOW.minusSeconds(1), false), NOW);
        assertThat(closed.alive()).isFalse();
        assertThat(closed.ready()).isFalse();
        assertThat(closed.word()).isNotEqualTo("late");
    }
}
