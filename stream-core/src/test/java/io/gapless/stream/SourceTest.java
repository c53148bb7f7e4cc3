package io.gapless.stream;

import static org.assertj.core.api.Assertions.assertThat;

import io.gapless.stream.post.Origin;
import io.gapless.stream.post.Snowflake;
import io.gapless.stream.spi.Pin;
import io.gapless.stream.spi.Source;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class SourceTest {
    private static final Instant NOON = Instant.parse("2026-03-01T12:00:00Z");

    private final Source source = new Source(Origin.BACKFILL, pin(NOON, NOON.plusSeconds(60)));

    private static Pin pin(Instant from, Instant until) {
        return new Pin(from, until);
    }

    private static long id(Duration afterNoon) {
        return Snowflake.firstId(NOON.plus(afterNoon));
    }

    @Test
    void eachPostIsWithinOneOfTheSpansThatTouch() {
        for (int millis = 0; millis < 60_000; millis += 7) source.addAcknowledged(id(Duration.ofMillis(millis)));
        source.addDuplicate(id(Duration.ofSeconds(1)));
        Instant seam = NOON.plusMillis(20_033);
        long before = source.acknowledgedWithin(pin(NOON.minusSeconds(60), seam));
        long after = source.acknowledgedWithin(pin(seam, NOON.plusSeconds(600)));
        assertThat(before + after).isEqualTo(source.acknowledged());
        assertThat(before).isBetween(20_033 / 7 - 15L, 20_033 / 7 + 15L);
        assertThat(source.duplicatesWithin(pin(NOON, seam))).isOne();
        assertThat(source.duplicatesWithin(pin(seam, NOON.plusSeconds(60)))).isZero();
    }

    @Test
    void whatIsOutsideOfTheTimesThatAreCountedCountsForTheSumOnly() {
        source.addAcknowledged(id(Duration.ofMillis(-1)));
        source.addAcknowledged(id(Duration.ofSeconds(60)));
        source.addAcknowledged(1);
        assertThat(source.acknowledged()).isEqualTo(3);
        assertThat(source.acknowledgedWithin(pin(NOON.minusSeconds(60), NOON.plusSeconds(600))))
                .isZero();
    }

    @Test
    void itIsHandedOverWhenOnlyPostsAreLeftThatWaitForAnotherTry() {
        for (int i = 0; i < 3; i++) source.addReceived();
        source.addWaiting();
        source.addAcknowledged(1);
        assertThat(source.isHandedOver()).as("one has not been tried").isFalse();
        source.addDuplicate(2);
        assertThat(source.isHandedOver()).isTrue();
        assertThat(source.isSettled()).isFalse();
        source.removeWaiting();
        assertThat(source.isHandedOver()).as("until its end is counted").isFalse();
        source.addAcknowledged(3);
        assertThat(source.isHandedOver()).isTrue();
        assertThat(source.isSettled()).isTrue();
    }

    @Test
    void aSourceThatCountsNoTimesKnowsItsSums() {
        Source plain = new Source(Origin.LIVE);
        plain.addAcknowledged(id(Duration.ZERO));
        assertThat(plain.acknowledged()).isOne();
        assertThat(plain.acknowledgedWithin(pin(NOON, NOON.plusSeconds(60)))).isZero();
    }
}
