package io.gapless.recovery.outbox;

import static org.assertj.core.api.Assertions.assertThat;

import io.gapless.recovery.outbox.Reach.Clocks;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** How far a poll reaches, whatever the clocks say. */
class ReachTest {
    private static final Instant NOW = Instant.parse("2026-03-02T12:00:00Z");
    private static final Duration SETTLE = Duration.ofMinutes(5);
    private static final Duration OVERLAP = Duration.ofHours(1);

    private static Reach reach(Instant machine, Instant source, Instant mark) {
        return Reach.of(new Clocks(machine, source), machine, mark, SETTLE, OVERLAP);
    }

    @ParameterizedTest
    @CsvSource({
        "PT0S, PT0S, -PT5M, true",
        "PT0S, PT10M, PT5M, true",
        "PT0S, -PT10M, -PT15M, true",
        "PT0S, PT24H, -PT5M, false",
        "PT720H, PT0S, -PT5M, false",
        "PT0S, -PT24H, -PT24H5M, false",
        "-PT720H, PT0S, -PT720H5M, false"
    })
    void theEarlierOfTwoClocksThatDifferCounts(Duration machine, Duration source, Duration until, boolean agree) {
        Reach reach = reach(NOW.plus(machine), NOW.plus(source), Instant.MIN);

        assertThat(reach.until()).isEqualTo(NOW.plus(until));
        assertThat(reach.clocksAgree(OVERLAP)).isEqualTo(agree);
    }

    @Test
    void aMarkMovesBackOnlyIfItLiesAheadOfTheClocks() {
        assertThat(reach(NOW, NOW, NOW.minusSeconds(60)).until()).isEqualTo(NOW.minusSeconds(60));
        assertThat(reach(NOW, NOW, NOW.plus(Duration.ofDays(30))).until()).isEqualTo(NOW.minus(SETTLE));
        assertThat(reach(NOW, NOW, NOW.plus(Duration.ofDays(30))).markIsAhead()).isTrue();
    }

    @Test
    void clocksMayDifferByHalfOfWhatIsReadAgain() {
        assertThat(Reach.tolerance(Duration.ZERO)).isEqualTo(Duration.ofMinutes(1));
        assertThat(Reach.tolerance(Duration.ofMinutes(10))).isEqualTo(Duration.ofMinutes(5));
        assertThat(Reach.tolerance(Duration.ofDays(9))).isEqualTo(Duration.ofMinutes(30));
    }

    @Test
    void nowIsNotBeforeThisSoftware() {
        assertThat(reach(NOW, Instant.EPOCH, Instant.MIN).isBeforeAnyNow()).isTrue();
        assertThat(reach(Instant.EPOCH, NOW, Instant.MIN).isBeforeAnyNow()).isTrue();
        assertThat(reach(NOW, NOW, Instant.MIN).isBeforeAnyNow()).isFalse();
    }
}
