package io.gapless.recovery.outbox;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What people read of a sender. */
class SenderEventTest {
    private static final Instant NOON = Instant.parse("2026-11-30T12:00:00Z");

    private static SentInterval interval(long batches, long records) {
        return new SentInterval(
                3,
                NOON.minusSeconds(60),
                NOON,
                NOON,
                batches,
                records,
                records,
                0,
                "HTTP 201",
                Optional.of(NOON),
                0,
                0);
    }

    @Test
    void oneBatchAndOneRecordAreNoMoreThanOne() {
        assertThat(new SenderEvent.Collected(NOON, interval(1, 14)).describe())
                .isEqualTo(
                        "Interval 3, up to 2026-11-30T12:00:00Z, is in the outbox: 14 records to send in 1 batch, 0 quarantined before they were sent.");
        assertThat(new SenderEvent.Collected(NOON, interval(2, 1)).describe())
                .contains("1 record to send in 2 batches");
        assertThat(new SenderEvent.BatchAcknowledged(NOON, "k", 1, 1, "HTTP 201").describe())
                .isEqualTo("Batch k (1 record) was acknowledged at try 1: HTTP 201.");
    }

    @ParameterizedTest
    @CsvSource({
        "PT5S, every 5 s",
        "PT1M30S, every 1 min 30 s",
        "PT1H, every 1 h",
        "PT24H, every 24 h",
        "PT168H, every 7 d"
    })
    void aScheduleSaysItsDistanceAsPeopleDo(Duration every, String words) {
        Schedule schedule = Schedule.daily()
                .withAt(LocalTime.of(2, 0))
                .withZone(ZoneId.of("UTC"))
                .withEvery(every);
        assertThat(new SenderEvent.Scheduled(NOON, ZoneOffset.UTC, NOON, schedule).describe())
                .startsWith("The schedule sends " + words + ", counted from 02:00 UTC. ");
    }
}
