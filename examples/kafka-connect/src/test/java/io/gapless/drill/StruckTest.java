package io.gapless.drill;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

/** What a strike may cost. */
class StruckTest {
    private static Struck struck(Strike strike, long lengthSeconds, boolean hitOwner, boolean leader, long backMillis) {
        Blow blow = new Blow(strike, Blow.Target.OWNER, Duration.ofSeconds(lengthSeconds));
        return new Struck(blow, hitOwner, leader, Duration.ofMillis(backMillis), 0);
    }

    @Test
    void aTakeoverMayLast8Seconds() {
        assertThat(struck(Strike.KILL, 0, true, false, 8_000).late()).isEmpty();
        assertThat(struck(Strike.KILL, 0, true, true, 8_001).late()).contains(Duration.ofSeconds(8));
    }

    @Test
    void aWorkerWithoutTheTaskMayBeAwayForAnyTime() {
        assertThat(struck(Strike.KILL, 0, false, true, 60_000).late()).isEmpty();
    }

    @Test
    void aPlannedTakeoverIsFasterUnlessTheLeaderLeaves() {
        assertThat(struck(Strike.CLOSE, 0, true, false, 1_501).late()).contains(Duration.ofMillis(1_500));
        assertThat(struck(Strike.CLOSE, 0, true, true, 5_000).late()).isEmpty();
        assertThat(struck(Strike.CLOSE, 0, true, true, 5_001).late()).isPresent();
    }

    @Test
    void aRestartOfTheConnectorIsPlanned() {
        assertThat(struck(Strike.CONNECTOR_RESTART, 0, false, false, 1_500).late())
                .isEmpty();
        assertThat(struck(Strike.CONNECTOR_RESTART, 0, false, false, 1_501).late())
                .isPresent();
    }

    @Test
    void aTaskMayFailOnlyIfTheBrokerWasAwayForLongerThanATransactionMayLast() {
        assertThat(struck(Strike.BROKER_PAUSE, 130, false, false, 0).mayFailTask())
                .isTrue();
        assertThat(struck(Strike.BROKER_PAUSE, 30, false, false, 0).mayFailTask())
                .isFalse();
        assertThat(struck(Strike.KILL, 0, true, false, 0).mayFailTask()).isFalse();
    }

    @Test
    void aRequestForTheRulesIsNotAConnect() {
        assertThat(Cluster.isStream("/2/tweets/search/stream")).isTrue();
        assertThat(Cluster.isStream("/2/tweets/firehose/stream/lang/en")).isTrue();
        assertThat(Cluster.isStream("/2/tweets/search/stream/rules")).isFalse();
        assertThat(Cluster.isStream("/2/tweets/search/stream/rules/counts")).isFalse();
    }
}
