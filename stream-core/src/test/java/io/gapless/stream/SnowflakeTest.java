package io.gapless.stream;

import static org.assertj.core.api.Assertions.assertThat;

import io.gapless.stream.post.Snowflake;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SnowflakeTest {
    @Test
    void anIdTellsItsMillisecond() {
        assertThat(Snowflake.time(1346889436626259968L)).isEqualTo("2021-01-06T18:40:40.344Z");
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 1, -1, 1234567890L, 29_699_999_999L, Long.MIN_VALUE})
    void idsOfBeforeSnowflakesTellNoTime(long id) {
        assertThat(Snowflake.carriesTime(id)).isFalse();
    }

    @Test
    void theSmallestIdOfAMomentIsTheSmallest() {
        Instant moment = Instant.parse("2026-11-22T12:00:00.123Z");
        long first = Snowflake.firstId(moment);

        assertThat(Snowflake.time(first)).isEqualTo(moment);
        assertThat(Snowflake.time(first - 1)).isEqualTo(moment.minusMillis(1));
    }

    @Test
    void aMomentBeforeTheFirstSnowflakeHasTheIdZero() {
        assertThat(Snowflake.firstId(Instant.parse("2006-03-21T20:50:14Z"))).isZero();
    }
}
