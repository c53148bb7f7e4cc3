package io.gapless.stream;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class RecentTimesTest {
    private static final long MINUTE = Duration.ofMinutes(1).toNanos();

    private final RecentTimes times = new RecentTimes(0);

    @Test
    void aPercentileIsAtMostAnEighthTooLong() {
        Random random = new Random(1);
        long[] micros = new long[5_000];
        for (int i = 0; i < micros.length; i++) {
            micros[i] = random.nextLong(1L << 1 + random.nextInt(39));
            times.add(micros[i], 0);
        }
        Arrays.sort(micros);

        for (double quantile : new double[] {0.001, 0.1, 0.5, 0.9, 0.99, 1}) {
            long exact = micros[(int) Math.ceil(quantile * micros.length) - 1];
            long found = times.quantile(quantile, 0).orElseThrow().toNanos() / 1_000;
            assertThat(found).isBetween(exact, exact + exact / 8 + 1);
        }
    }

    @Test
    void lengthsAreForgottenAfterTwoMinutes() {
        times.add(1_000_000, 0);
        times.add(1_000, MINUTE);

        assertThat(times.quantile(1, MINUTE))
                .hasValueSatisfying(found -> assertThat(found).isGreaterThanOrEqualTo(Duration.ofSeconds(1)));
        times.add(1_000, 2 * MINUTE);
        assertThat(times.quantile(1, 2 * MINUTE))
                .hasValueSatisfying(found -> assertThat(found).isLessThan(Duration.ofMillis(2)));
        assertThat(times.quantile(1, 4 * MINUTE)).isEmpty();
    }

    @Test
    void aPauseOfMinutesLeavesNothingBehind() {
        times.add(1_000_000, 0);
        times.add(1_000, 5 * MINUTE);

        assertThat(times.quantile(1, 5 * MINUTE))
                .hasValueSatisfying(found -> assertThat(found).isLessThan(Duration.ofMillis(2)));
    }

    @Test
    void theShortestAndTheLongestLengthsAreBounded() {
        times.add(-5, 0);
        assertThat(times.quantile(1, 0)).hasValue(Duration.ZERO);
        times.add(Long.MAX_VALUE, 0);
        assertThat(times.quantile(1, 0))
                .hasValueSatisfying(found -> assertThat(found).isGreaterThan(Duration.ofDays(12)));
    }

    @Test
    void withoutLengthsThereIsNoPercentile() {
        assertThat(times.quantile(0.5, 0)).isEmpty();
    }
}
