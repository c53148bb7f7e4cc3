package io.gapless.stream.pace;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class FetchedPaceTest {
    private static final long START_NANOS = Long.MAX_VALUE - 1_000;

    private final FetchedPace pace = new FetchedPace(START_NANOS);

    @Test
    void withoutLivePostsFetchedOnesFollowEachOther() {
        pace.fetched(FetchedPace.TURN, millis(30), START_NANOS + millis(30));

        assertThat(pace.untilTurn(START_NANOS + millis(30))).isNotPositive();
    }

    @Test
    void besideLivePostsATurnComesEachMillisecond() {
        pace.live(1, START_NANOS);
        pace.fetched(FetchedPace.TURN, 10, START_NANOS);

        assertThat(pace.untilTurn(START_NANOS)).isEqualTo(millis(1));
        assertThat(pace.untilTurn(START_NANOS + millis(1))).isNotPositive();
    }

    @Test
    void aTurnIsUsedUpBitByBit() {
        pace.live(1, START_NANOS);
        pace.fetched(FetchedPace.TURN - 1, 0, START_NANOS);
        assertThat(pace.untilTurn(START_NANOS)).isNotPositive();

        pace.fetched(1, 0, START_NANOS);
        assertThat(pace.untilTurn(START_NANOS)).isPositive();
    }

    @Test
    void fetchingGainsOnLivePostsHoweverManyCome() {
        pace.live(1, START_NANOS);
        pace.fetched(FetchedPace.TURN, 0, START_NANOS);

        pace.live(FetchedPace.TURN / 4 - 1, START_NANOS + 5);
        assertThat(pace.untilTurn(START_NANOS + 5)).isPositive();
        pace.live(1, START_NANOS + 5);
        assertThat(pace.untilTurn(START_NANOS + 5)).isNotPositive();
    }

    @Test
    void theyGetHalfOfTheHandlersTime() {
        pace.live(1, START_NANOS);
        pace.fetched(1, millis(7), START_NANOS);

        assertThat(pace.untilTurn(START_NANOS)).isEqualTo(millis(7));
    }

    @Test
    void liveOnesDoNotShortenTheRestAfterASlowHandler() {
        pace.live(1, START_NANOS);
        pace.fetched(FetchedPace.TURN, millis(7), START_NANOS);
        pace.live(1_000, START_NANOS);

        assertThat(pace.untilTurn(START_NANOS)).isEqualTo(millis(7));
    }

    @Test
    void aHandlerThatTookMinutesIsFollowedByAShortRest() {
        pace.live(1, START_NANOS);
        pace.fetched(1, millis(120_000), START_NANOS);

        assertThat(pace.untilTurn(START_NANOS)).isEqualTo(millis(50));
    }

    @Test
    void thePaceEndsTwoSecondsAfterTheLastLivePost() {
        pace.live(1, START_NANOS);

        pace.fetched(FetchedPace.TURN, millis(7), START_NANOS + millis(2_000));
        assertThat(pace.untilTurn(START_NANOS + millis(2_000))).isPositive();
        pace.fetched(FetchedPace.TURN, millis(7), START_NANOS + millis(2_001));
        assertThat(pace.untilTurn(START_NANOS + millis(2_007))).isNotPositive();
    }

    private static long millis(long millis) {
        return Duration.ofMillis(millis).toNanos();
    }
}
