package io.gapless.connect;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SharesTest {
    private static final Instant NOON = Instant.parse("2026-03-01T12:00:00Z");

    private static Shares of(int partitions) {
        return new Shares(IntStream.rangeClosed(1, partitions).boxed().toList());
    }

    @Test
    void eachPartitionHasOneTaskAndNoTaskHasMuchMoreThanAnother() {
        assertThat(of(8).deal(3)).containsExactly(List.of(1, 4, 7), List.of(2, 5, 8), List.of(3, 6));
        assertThat(of(2).deal(5)).containsExactly(List.of(1), List.of(2));
        assertThat(new Shares(List.of(0)).deal(3)).containsExactly(List.of(0));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 6, 8, 20})
    void theConnectsOfAllPartitionsAreThoseOfTheApp(int partitions) {
        Shares shares = of(partitions);
        assertThat(IntStream.rangeClosed(1, partitions)
                        .map(number -> shares.connects(50, number))
                        .sum())
                .isEqualTo(50);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 6, 8, 19, 20})
    void atNoTimeDoAllPartitionsTogetherRunMoreThanTwoJobs(int partitions) {
        Shares shares = of(partitions);
        for (int second = 0; second < 4_000; second += 7) {
            Instant now = NOON.plusSeconds(second);
            assertThat(IntStream.rangeClosed(1, partitions)
                            .map(number -> shares.jobs(number, now))
                            .sum())
                    .isLessThanOrEqualTo(2);
        }
    }

    @Test
    void eachOfTwentyPartitionsHasItsTurnWithinTwentyMinutes() {
        Shares shares = of(20);
        for (int partition = 1; partition <= 20; partition++) {
            int number = partition;
            assertThat(IntStream.range(0, 20).map(minute -> shares.jobs(number, NOON.plusSeconds(60L * minute))))
                    .contains(1);
        }
    }

    @Test
    void aSingleStreamHasBothJobs() {
        assertThat(new Shares(List.of(0)).jobs(0, NOON)).isEqualTo(2);
        assertThat(of(2).jobs(2, NOON)).isEqualTo(1);
    }
}
