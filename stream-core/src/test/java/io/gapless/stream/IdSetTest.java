package io.gapless.stream;

import static org.assertj.core.api.Assertions.assertThat;

import io.gapless.stream.post.Snowflake;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class IdSetTest {
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4})
    void itHoldsWhatASetHolds(long seed) {
        Random random = new Random(seed);
        IdSet ids = new IdSet();
        Set<Long> model = new HashSet<>();
        int range = 1 << (8 + random.nextInt(20));
        for (int i = 0; i < 150_000; i++) {
            long id =
                    switch ((int) (seed % 4)) {
                        case 0 -> random.nextInt(range);
                        case 1 -> random.nextLong();
                        case 2 -> (long) random.nextInt(range) << 22;
                        default -> -random.nextInt(range);
                    };
            assertThat(ids.contains(id)).isEqualTo(model.contains(id));
            assertThat(ids.add(id)).isEqualTo(model.add(id));
        }
        for (long id : model) assertThat(ids.contains(id)).isTrue();
    }

    @Test
    void zeroIsAnIdLikeAnother() {
        IdSet ids = new IdSet();

        assertThat(ids.contains(0)).isFalse();
        assertThat(ids.add(0)).isTrue();
        assertThat(ids.add(0)).isFalse();
        assertThat(ids.contains(0)).isTrue();
    }

    @Test
    void aMillionSnowflakesTakeAtMost18BytesEach() {
        Random random = new Random(5);
        IdSet ids = new IdSet();
        long first = Snowflake.firstId(Instant.parse("2026-11-22T12:00:00Z"));
        int count = 0;
        while (count < 1_000_000) {
            long millis = random.nextInt((int) Duration.ofMinutes(17).toMillis());
            if (ids.add(first + (millis << 22) + (random.nextInt(40) << 12) + random.nextInt(3))) count++;
        }

        assertThat(ids.bytes() / 1_000_000.0).isBetween(8.0, 18.0);
    }

    @Test
    void consecutiveIdsSpreadEvenly() {
        IdSet ids = new IdSet();
        for (long id = 1; id <= 1_000_000; id++) assertThat(ids.add(id)).isTrue();

        assertThat(ids.bytes()).isLessThan(18_000_000);
        assertThat(ids.add(1)).isFalse();
        assertThat(ids.add(1_000_000)).isFalse();
        assertThat(ids.contains(1_000_001)).isFalse();
    }

    /** The ids of one half of the hashes: what a test server or an ill wind could send. */
    @Test
    @Timeout(value = 20, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
    void idsWhoseHashesLieOnOneSideAreHeldToo() {
        long spread = 0x9E3779B97F4A7C15L;
        long inverse = spread;
        for (int i = 0; i < 6; i++) inverse *= 2 - spread * inverse;
        Random random = new Random(9);
        IdSet ids = new IdSet();
        Set<Long> model = new HashSet<>();
        for (int i = 0; i < 200_000; i++) {
            long id = (random.nextLong() >>> 1) * inverse;
            assertThat(ids.add(id)).isEqualTo(model.add(id));
        }
        for (long id : model) assertThat(ids.contains(id)).isTrue();
    }
}
