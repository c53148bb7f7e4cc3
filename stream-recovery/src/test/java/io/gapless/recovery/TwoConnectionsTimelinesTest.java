package io.gapless.recovery;

import static io.gapless.recovery.World.START;
import static org.assertj.core.api.Assertions.assertThat;

import io.gapless.recovery.SimulatedX.Asked;
import io.gapless.recovery.SimulatedX.Right;
import io.gapless.recovery.ledger.Gap;
import io.gapless.recovery.ledger.Gap.Verdict;
import io.gapless.recovery.state.NoteNames;
import io.gapless.recovery.state.Refusal;
import io.gapless.stream.seam.Ending;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Two connections kept by one process: what one misses the other has, as long as it can be shown that it was there. */
class TwoConnectionsTimelinesTest {
    private final World world = world(Access.ENTERPRISE);
    private final SimulatedX x = world.x;

    private static World world(Access access) {
        World world = new World(builder -> builder.access(access).connections(2));
        world.x.connectionsMax = 2;
        world.x.posts.steady(START, START.plus(Duration.ofMinutes(60)), 2);
        return world;
    }

    @Test
    void theSecondConnectionFollowsWhenTheFirstIsUp() {
        world.start();
        assertThat(x.liveCount()).isOne();
        world.passMinutes(2);
        assertThat(x.liveCount()).isEqualTo(2);
        assertThat(world.gaps()).isEmpty();
        world.assertAllOnce();
    }

    @Test
    void aDropOfOneIsCoveredByTheOtherOnceThatHasGivenASignalAfterTheOverlap() {
        world.start().passMinutes(5);
        x.drop(0, Ending.Kind.RESET);
        world.passSeconds(59);
        assertThat(world.gaps()).isEmpty();
        world.passSeconds(5);
        assertThat(world.gap().verdict()).isEqualTo(Verdict.COVERED);
        assertThat(x.backfillsAsked()).containsOnly(0);
        assertThat(x.jobsAsked()).isEmpty();
        world.assertAllOnce();
    }

    @Test
    void aDropWhileTheOtherIsHalfOpenIsAGapAndNotCovered() {
        world.start().passMinutes(5);
        x.freeze(0);
        world.passSeconds(5);
        x.drop(1, Ending.Kind.RESET);
        world.passMinutes(8);
        assertThat(world.gaps()).extracting(Gap::verdict).contains(Verdict.COMPLETE);
        assertThat(world.gaps()).extracting(Gap::verdict).doesNotContain(Verdict.OPEN, Verdict.PARTIAL);
        world.assertAllOnce();
    }

    @Test
    void whatNoneHasHeardIsMissingAfterACrashAlthoughOneHadComeBack() {
        World patient = new World(builder -> builder.access(Access.ENTERPRISE)
                .overlap(Duration.ofSeconds(30))
                .connections(2)
                .stallTimeout(Duration.ofSeconds(90)));
        patient.x.connectionsMax = 2;
        patient.x.posts.steady(START, START.plus(Duration.ofMinutes(60)), 2);
        patient.start().passMinutes(5);
        patient.x.freezeAll();
        patient.passSeconds(60);
        patient.x.drop(0, Ending.Kind.RESET);
        patient.passSeconds(15);
        assertThat(patient.x.liveCount())
                .as("one has come back, the other is silent")
                .isEqualTo(2);
        patient.kill().passMinutes(2);
        patient.start().passMinutes(15);
        patient.assertAllOnce();
    }

    @Test
    void whileBothFlapTheReserveKeepsOneAlive() {
        world.start().passMinutes(2);
        for (int flap = 0; world.stream().health().connectsLeft() > 12; flap++) {
            boolean first = flap % 2 == 0;
            if (first && x.liveCount() > 0) x.drop(0, Ending.Kind.RESET);
            if (!first && x.liveCount() > 1) x.drop(1, Ending.Kind.RESET);
            world.passSeconds(10);
        }
        for (int drop = 0; drop < 8; drop++) {
            x.drop(0, Ending.Kind.RESET);
            world.passSeconds(45);
            assertThat(x.liveCount()).isPositive();
        }
        Instant calm = world.now();
        assertThat(busiest15Minutes()).isLessThanOrEqualTo(50);
        world.passMinutes(20);
        assertThat(x.liveCount()).isEqualTo(2);
        assertThat(world.gaps()).extracting(Gap::verdict).doesNotContain(Verdict.OPEN, Verdict.PARTIAL);
        assertThat(world.missing(START.plusSeconds(1), calm)).isEmpty();
        world.assertAllOnce();
    }

    private long busiest15Minutes() {
        List<Instant> at =
                x.asked.stream().filter(Asked::isStream).map(Asked::at).toList();
        return at.stream()
                .mapToLong(from -> at.stream()
                        .filter(other -> !other.isBefore(from) && other.isBefore(from.plus(Duration.ofMinutes(15))))
                        .count())
                .max()
                .orElse(0);
    }

    /** From when X has a post ready to the handler, in virtual time. */
    @Test
    void oneOfTwoDroppedEvery10SecondsFor10MinutesCostsNoGapNoDuplicateAndNoSecondOfLatency() {
        List<Duration> latencies = new ArrayList<>();
        world.handler = post -> latencies.add(Duration.between(x.readyAt(post.id()), world.now()));
        world.start().passMinutes(2);
        Duration before = Collections.max(latencies);
        for (int drop = 0; drop < 60; drop++) {
            if (x.liveCount() > 1) x.drop(1, Ending.Kind.RESET);
            world.passSeconds(10);
        }
        world.passMinutes(2);
        assertThat(latencies).hasSizeGreaterThan(1_500);
        assertThat(Collections.max(latencies)).isLessThan(before.plusSeconds(1)).isLessThan(Duration.ofSeconds(1));
        assertThat(world.gaps()).extracting(Gap::verdict).containsOnly(Verdict.COVERED);
        assertThat(world.events(RecoveryEvent.GapOpened.class)).isEmpty();
        assertThat(world.twice()).isEmpty();
        assertThat(x.backfillsAsked()).containsOnly(0);
        assertThat(x.jobsAsked()).isEmpty();
        world.assertAllOnce();
    }

    @Test
    void oneOfTwoDroppedInTurnCostsNoGapAndNoRecovery() {
        world.start().passMinutes(2);
        int drops = 0;
        for (int i = 0; i < 60; i++) {
            // The older one, which is to cover what the other one has missed.
            if (x.liveCount() > 1) {
                x.drop(0, Ending.Kind.RESET);
                drops++;
            }
            world.passSeconds(10);
        }
        world.passMinutes(2);
        assertThat(drops).isGreaterThan(15);
        assertThat(world.gaps()).extracting(Gap::verdict).containsOnly(Verdict.COVERED);
        assertThat(world.events(RecoveryEvent.GapOpened.class)).isEmpty();
        assertThat(x.backfillsAsked()).containsOnly(0);
        assertThat(x.jobsAsked()).isEmpty();
        world.assertAllOnce();
    }

    @Test
    void aSecondConnectionThatIsRefusedIsLearnedAndTheStreamGoesOnWithOne() {
        x.connectionsMax = 1;
        world.start().passMinutes(20);
        assertThat(x.liveCount()).isOne();
        assertThat(x.liveAsked().size()).isLessThan(6);
        assertThat(world.gaps()).isEmpty();
        assertThat(world.events(RecoveryEvent.SecondConnectionRefused.class)).hasSize(1);
        assertThat(world.store.remembered().notes().get(NoteNames.SECOND_CONNECTION_REFUSED))
                .contains("TooManyConnections");
        x.connectionsMax = 2;
        world.kill().passSeconds(3);
        world.start().passMinutes(5);
        assertThat(x.liveCount()).isEqualTo(2);
        assertThat(world.store.remembered().notes()).containsEntry(NoteNames.SECOND_CONNECTION_REFUSED, Refusal.NONE);
        world.assertAllOnce();
    }

    @Test
    void aSecondConnectionThatEvictsTheFirstTwiceIsGivenUp() {
        x.connectionsMax = 1;
        x.evicts = true;
        world.start().passMinutes(20);
        assertThat(x.liveCount()).isOne();
        assertThat(x.liveAsked().size()).isLessThan(10);
        assertThat(world.events(RecoveryEvent.SecondConnectionRefused.class)).hasSize(1);
        world.assertAllOnce();
    }

    @Test
    void underAutoThereIsNoSecondConnectionBeforeXHasAcceptedABackfill() {
        World auto = world(Access.AUTO);
        auto.start().passMinutes(5);
        assertThat(auto.x.liveAsked()).hasSize(1);
        auto.x.unreachable(Duration.ofSeconds(30));
        auto.passMinutes(5);
        assertThat(auto.x.liveCount()).isEqualTo(2);
        auto.assertAllOnce();
    }

    @Test
    void payPerUseNeverOpensASecondConnection() {
        World ppu = world(Access.PAY_PER_USE);
        ppu.x.backfill = Right.REFUSED_403;
        ppu.start().passMinutes(5);
        ppu.x.unreachable(Duration.ofSeconds(30));
        ppu.passMinutes(5);
        assertThat(ppu.x.liveAsked()).hasSize(2);
        assertThat(ppu.x.liveCount()).isOne();
        ppu.assertAllOnce();
    }
}
