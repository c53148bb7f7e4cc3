package io.gapless.recovery;

import static io.gapless.recovery.World.START;
import static org.assertj.core.api.Assertions.assertThat;

import io.gapless.recovery.SimulatedX.Refusal;
import io.gapless.recovery.ledger.Gap.Verdict;
import io.gapless.stream.event.StreamEvent;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** X's time is learned from X's answers, while this machine's clock is slewed or set, and the machine is suspended. */
class XTimeTimelinesTest {
    private final World world = World.enterprise();

    private void posts(Duration length) {
        world.x.posts.steady(START, START.plus(length), 1);
    }

    private List<Duration> learned() {
        return world.events(RecoveryEvent.SkewLearned.class).stream()
                .map(RecoveryEvent.SkewLearned::skew)
                .toList();
    }

    /** The clock goes 84 s too far within 280 s, and by less between two steps of the stream than it notices. */
    private void startAndSlew() {
        posts(Duration.ofMinutes(60));
        world.start().passSeconds(5);
        for (int i = 0; i < 280; i++) {
            world.setClock(Duration.ofMillis(300));
            world.passSeconds(1);
        }
    }

    private void passUntilLearned() {
        for (int i = 0; i < 900 && learned().isEmpty(); i++) world.passSeconds(1);
        assertThat(learned()).hasSize(1);
    }

    @Test
    void aClockThatIsSlewedIsNoticedByTwoListsOfTheRules() {
        startAndSlew();
        world.passMinutes(15);
        assertThat(world.events(StreamEvent.ClockJumped.class)).isEmpty();
        assertThat(learned()).singleElement().satisfies(skew -> assertThat(skew)
                .isBetween(Duration.ofSeconds(-86), Duration.ofSeconds(-82)));
        assertThat(world.gaps()).isEmpty();
    }

    @Test
    void oneDateOfAListThatWasChangedOnTheWayIsNotBelieved() {
        posts(Duration.ofMinutes(30));
        world.start().passMinutes(1);
        List<Duration> wrong = new ArrayList<>(List.of(Duration.ofSeconds(40)));
        world.x.dateOfRulesWrongBy = () -> wrong.isEmpty() ? Duration.ZERO : wrong.remove(0);
        world.passMinutes(20);
        assertThat(wrong).isEmpty();
        assertThat(learned()).isEmpty();
    }

    @Test
    void aDateOfAConnectThatIsWrongByLessThanAMinuteIsNotBelieved() {
        posts(Duration.ofMinutes(60));
        world.start().passMinutes(5);
        world.x.dateWrongBy = request -> request.isJob() ? Duration.ZERO : Duration.ofSeconds(-50);
        world.x.unreachable(Duration.ofMinutes(8));
        world.passMinutes(30);
        assertThat(learned()).isEmpty();
        world.assertGapsRecovered();
    }

    @Test
    void anOutageWhoseBeginWasDatedByAClockThatHadBeenSlewedBeginsEarlierOnceXsTimeIsKnown() {
        startAndSlew();
        Instant lost = world.now();
        world.x.unreachable(Duration.ofMinutes(10));
        world.passMinutes(30);
        assertThat(world.gap().span().from()).isBefore(lost.minusSeconds(55));
        world.assertGapRecovered();
    }

    @Test
    void afterAClockWasSlewedTheFrontierIsMovedBackSoARestartMissesNothing() {
        startAndSlew();
        passUntilLearned();
        world.passSeconds(6);
        world.kill();
        world.clockAhead = Duration.ofSeconds(84);
        world.passMinutes(10);
        world.start().passMinutes(20);
        world.assertGapsRecovered();
    }

    @Test
    void afterTheFrontierWasMovedBackItMovesOnWithTheSignals() {
        startAndSlew();
        passUntilLearned();
        world.passMinutes(5);
        assertThat(world.frontier())
                .isAfter(world.now().minusSeconds(30))
                .isBefore(world.now().plusSeconds(3));
    }

    @Test
    void afterAConnectWasDatedByAWrongTimeItsSignalsStillMoveTheFrontier() {
        posts(Duration.ofMinutes(60));
        world.start().passMinutes(5);
        // X's list would show at once that the date is wrong.
        world.x.meddler = request -> request.isRules() ? Optional.of(Refusal.of(503, "{}")) : Optional.empty();
        world.x.dateWrongBy = request -> Duration.ofHours(1);
        for (int connect = 0; connect < 2; connect++) {
            world.x.unreachable(Duration.ofSeconds(5));
            world.passSeconds(30);
        }
        assertThat(learned()).hasSize(1);
        world.x.meddler = request -> Optional.empty();
        world.x.dateWrongBy = request -> Duration.ZERO;
        world.passMinutes(15);
        assertThat(learned()).hasSize(2);
        assertThat(world.frontier()).isBetween(world.now().minusSeconds(30), world.now());
    }

    @Test
    void aGapThatWasReadyByAWrongTimeIsClosedOnceXsTimeIsRight() {
        posts(Duration.ofMinutes(30));
        world.start().passMinutes(5);
        world.x.dateWrongBy = request -> Duration.ofDays(1);
        world.x.unreachable(Duration.ofMinutes(8));
        world.passMinutes(25);
        assertThat(learned()).hasSize(2);
        assertThat(world.gaps()).extracting(gap -> gap.verdict()).doesNotContain(Verdict.OPEN);
        assertThat(world.frontier()).isBefore(world.now());
    }

    @Test
    void anOutageBeginsBeforeTheSuspendAlsoIfXIsHeardBeforeTheStallIsNoticed() {
        posts(Duration.ofMinutes(60));
        world.with(builder -> builder.stallTimeout(Duration.ofMinutes(5)).rulesCheckEvery(Duration.ofMinutes(1)));
        world.start().passMinutes(5);
        Instant asleep = world.now();
        world.suspend(Duration.ofMinutes(2));
        world.passMinutes(20);
        assertThat(learned()).isNotEmpty();
        assertThat(world.gap().span().from()).isBefore(asleep.minusSeconds(55));
        world.assertGapRecovered();
    }
}
