package io.gapless.recovery;

import static io.gapless.recovery.World.START;
import static io.gapless.stream.event.StreamEvent.OfRecovery.Severity.INFO;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gapless.recovery.SimulatedX.Asked;
import io.gapless.recovery.SimulatedX.Right;
import io.gapless.recovery.ledger.Gap;
import io.gapless.recovery.ledger.Gap.StepRun;
import io.gapless.recovery.ledger.Gap.Verdict;
import io.gapless.recovery.ledger.RecoveryMethod;
import io.gapless.recovery.ledger.Span;
import io.gapless.stream.Health;
import io.gapless.stream.event.Disconnection;
import io.gapless.stream.event.StreamEvent;
import io.gapless.stream.post.Origin;
import io.gapless.stream.seam.Ending;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Short outages with Enterprise access: what the live reconnect itself brings back. */
class BackfillTimelinesTest {
    private final World world = World.enterprise();
    private final SimulatedX x = world.x;

    private void posts(Duration length, double perSecond) {
        x.posts.steady(START, START.plus(length), perSecond);
    }

    @Test
    void aDropOf40SecondsOnABusyStreamIsBackfilledBy2Minutes() {
        posts(Duration.ofMinutes(15), 5);
        world.start().passMinutes(5);
        x.unreachable(Duration.ofSeconds(40));
        world.passMinutes(8);
        assertThat(x.backfillsAsked()).containsExactly(0, 2);
        assertThat(x.jobsAsked()).isEmpty();
        assertThat(world.gap().verdict()).isEqualTo(Verdict.COMPLETE);
        assertThat(world.gap().recovered()).isPositive();
        assertThat(world.gap().duplicates()).isPositive();
        world.assertAllOnce();
    }

    @Test
    void coverageBeginsAtTheStartAlsoIfTheFirstConnectTakes5Minutes() {
        posts(Duration.ofMinutes(30), 1);
        x.unreachable(Duration.ofMinutes(5));
        world.start().passMinutes(20);
        assertThat(world.gap().cause()).isEqualTo("the first connection took long to open");
        assertThat(world.gap().span().from()).isEqualTo(START);
        world.assertGapRecovered();
    }

    @Test
    void coverageBeginsAtTheFirstStartAlsoIfThatProcessDiedBeforeItsFirstConnect() {
        posts(Duration.ofMinutes(40), 1);
        x.unreachable(Duration.ofMinutes(15));
        world.start().passMinutes(10);
        world.kill().passMinutes(3);
        world.start().passMinutes(30);
        assertThat(world.gap().span().from()).isEqualTo(START);
        world.assertGapRecovered();
    }

    /** The first two changes name the stream and the first start. */
    @ParameterizedTest
    @ValueSource(ints = {2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16})
    void aProcessThatDiesBetweenTheFirstChangesOfItsStateLosesNothing(int changes) {
        posts(Duration.ofMinutes(40), 1);
        x.unreachable(Duration.ofMinutes(1));
        world.disk.crashAfter(changes, world::kill);
        world.start().passMinutes(3);
        assertThat(world.disk.deathsInCommit()).isOne();
        world.start().passMinutes(30);
        world.assertGapsRecovered();
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12})
    void aProcessThatDiesSoonAfterAFirstConnectAtOnceLosesNothing(int changes) {
        posts(Duration.ofMinutes(40), 1);
        world.disk.crashAfter(changes, world::kill);
        world.start().passMinutes(3);
        assertThat(world.disk.deathsInCommit()).isOne();
        world.start().passMinutes(30);
        world.assertGapsRecovered();
    }

    @Test
    void theGapOfAFirstStartGoesOnInTheNextProcessIfNoneHasConnected() {
        World since = World.enterprise().with(builder -> builder.since(START));
        since.x.posts.steady(START, START.plus(Duration.ofMinutes(40)), 1);
        since.x.unreachable(Duration.ofMinutes(15));
        since.start().passMinutes(10);
        since.kill().passMinutes(3);
        since.start().passMinutes(30);
        since.assertGapRecovered();
    }

    @Test
    void whatComesBetweenARefusalForGoodAndTheNextStartIsNotAskedFor() {
        posts(Duration.ofMinutes(40), 1);
        x.meddler = asked -> asked.isStream() && asked.at().isBefore(START.plus(Duration.ofMinutes(1)))
                ? Optional.of(SimulatedX.forbidden())
                : Optional.empty();
        world.start().passMinutes(10);
        assertThat(world.events(StreamEvent.Failed.class)).hasSize(1);
        world.kill().start().passMinutes(30);
        assertThat(world.gaps()).isEmpty();
    }

    @Test
    void coverageBeginsAtTheStartAlsoIfTheClockIsSetBackBeforeTheFirstConnect() {
        posts(Duration.ofMinutes(30), 1);
        x.unreachable(Duration.ofMinutes(12));
        world.start().passMinutes(2);
        world.setClock(Duration.ofMinutes(-5));
        world.passMinutes(30);
        assertThat(world.gap().span().from()).isEqualTo(START);
        world.assertGapRecovered();
    }

    @Test
    void aFirstConnectThatComesAtOnceIsNoGap() {
        world.start().passMinutes(5);
        assertThat(world.gaps()).isEmpty();
    }

    @Test
    void aDropOf1SecondOnAQuietStreamIsAGapOfItsLengthAndNotSinceTheLastPost() {
        x.posts.at(START.plusSeconds(10));
        world.start().passHours(6);
        x.unreachable(Duration.ofSeconds(1));
        world.passMinutes(5);
        Duration overlaps = RecoverySettings.OVERLAP.multipliedBy(2);
        assertThat(world.gap().span().length()).isBetween(overlaps, overlaps.plusSeconds(25));
        assertThat(world.gap().verdict()).isEqualTo(Verdict.COMPLETE_UNPROVEN);
    }

    @Test
    void aNoticeAfterASilenceIsNoSignOfLife() {
        World patient = new World(builder -> builder.access(Access.ENTERPRISE).stallTimeout(Duration.ofSeconds(90)));
        patient.x.posts.steady(START, START.plus(Duration.ofMinutes(15)), 1);
        patient.start().passMinutes(5);
        patient.x.freezeAll();
        patient.passSeconds(80);
        patient.x.tell(
                "{\"errors\":[{\"title\":\"operational-disconnect\",\"disconnect_type\":\"OperationalDisconnect\"}]}");
        patient.passMinutes(8);
        assertThat(patient.events(StreamEvent.Disconnected.class))
                .singleElement()
                .satisfies(end -> assertThat(end.how()).isInstanceOf(Disconnection.Notice.class));
        patient.assertGapsRecovered();
    }

    @Test
    void aConnectionThatDiesBeforeItsBacklogIsDrainedClosesNothing() {
        posts(Duration.ofMinutes(20), 2);
        world.start().passMinutes(2);
        x.backfillPerSecond = 10;
        x.unreachable(Duration.ofSeconds(265));
        world.passSeconds(265 + 17);
        assertThat(x.liveCount()).isOne();
        x.unreachable(Duration.ofSeconds(35));
        world.settle();
        Span first = world.gaps().get(0).span();
        assertThat(first.common(world.gaps().get(1).span()))
                .as("what both miss belongs to one")
                .isEmpty();
        world.passMinutes(12);
        assertThat(x.backfillsAsked()).hasSize(3).startsWith(0, 5);
        assertThat(x.backfillsAsked().get(2)).isGreaterThan(1);
        assertThat(x.jobsAsked()).isNotEmpty();
        assertThat(world.gaps()).hasSize(2);
        world.assertGapsRecovered();
    }

    @Test
    void eachPostIsCreditedToTheGapWhoseSpanHoldsItAlsoIfItsBackfillWasCut() {
        posts(Duration.ofMinutes(20), 2);
        world.start().passMinutes(2);
        x.backfillPerSecond = 10;
        x.unreachable(Duration.ofSeconds(60));
        world.passSeconds(60 + 30);
        assertThat(x.liveCount()).isOne();
        x.unreachable(Duration.ofMillis(33));
        world.passSeconds(90);
        x.unreachable(Duration.ofSeconds(5));
        world.passMinutes(12);
        assertThat(world.gaps()).hasSize(3);
        world.assertVerdicts(Verdict.COMPLETE);
        for (Gap gap : world.gaps()) {
            long fetched = world.handledPosts.stream()
                    .filter(post -> post.origin() != Origin.LIVE && gap.span().contains(post.createdAt()))
                    .count();
            // Counted by tenths of a second: at each edge a post may count for the neighbour.
            assertThat(gap.recovered()).as("gap %d", gap.id()).isBetween(fetched - 1, fetched + 1);
        }
        assertThat(world.gaps().get(0).recovered()).isBetween(50L, 140L);
        assertThat(world.gaps().get(0).steps()).extracting(StepRun::state).contains(StepRun.State.CUT);
        long recovered = world.handledPosts.stream()
                .filter(post -> post.origin() != Origin.LIVE)
                .count();
        assertThat(world.stream().health().recovered()).isEqualTo(recovered);
        assertThat(world.stream().health().recovered())
                .isEqualTo(world.gaps().stream().mapToLong(Gap::recovered).sum());
        world.assertAllOnce();
    }

    /** What is left of an older gap is old enough to be counted at the moment at which a younger one takes its end. */
    @Test
    void whatABackfillHasInHandIsNotDoneByACountThatEndsMeanwhile() {
        World auto = new World();
        auto.x.posts.steady(START, START.plus(Duration.ofMinutes(20)), 1);
        auto.x.unreachable(Duration.ofSeconds(20));
        auto.start().passSeconds(20 + 100);
        auto.x.drop(Ending.Kind.RESET);
        auto.passMinutes(10);
        assertThat(auto.x.countsAsked()).isNotEmpty();
        assertThat(auto.gaps()).hasSize(2);
        auto.assertVerdicts(Verdict.COMPLETE);
        for (Gap gap : auto.gaps()) {
            List<Span> done = gap.steps().stream()
                    .filter(run -> run.state() == StepRun.State.DONE)
                    .map(run -> run.step().span())
                    .toList();
            for (Span one : done) {
                List<Span> twice = done.stream()
                        .filter(other -> other != one && other.common(one).isPresent())
                        .toList();
                assertThat(twice).as("done with %s in gap %d", one, gap.id()).isEmpty();
            }
        }
        auto.assertAllOnce();
    }

    @Test
    void aQuietRuleWhoseStepsBringNothingIsNoAlarm() {
        World quiet = new World(builder -> builder);
        quiet.x.rules.put("1", "from:cats post -is:retweet");
        quiet.start().passMinutes(3);
        quiet.x.drop(Ending.Kind.RESET);
        quiet.passMinutes(20);
        assertThat(quiet.gap().steps()).extracting(StepRun::state).contains(StepRun.State.FAILED);
        assertThat(quiet.gap().recovered()).isZero();
        assertThat(quiet.gap().verdict()).isEqualTo(Verdict.DOUBTFUL);
        assertThat(quiet.gap().lost()).isEmpty();
        assertThat(quiet.events(RecoveryEvent.class))
                .isNotEmpty()
                .extracting(RecoveryEvent::severity)
                .containsOnly(INFO);
        assertThat(quiet.stream().health().lostSpans()).isZero();
        assertThat(quiet.stream().health().doubtfulSpans()).isOne();
    }

    @Test
    void aConnectThatLandsLateIsPlannedAnewFromItsOwnDate() {
        posts(Duration.ofMinutes(20), 2);
        world.start().passMinutes(2);
        x.unreachable(Duration.ofSeconds(275));
        world.passSeconds(270);
        x.answersAfter = Duration.ofSeconds(18);
        world.passMinutes(10);
        assertThat(x.backfillsAsked()).containsExactly(0, 5);
        assertThat(x.jobsAsked()).isNotEmpty();
        Gap gap = world.gap();
        assertThat(gap.verdict()).isEqualTo(Verdict.COMPLETE);
        assertThat(gap.steps())
                .extracting(run -> run.step().method())
                .contains(RecoveryMethod.BACKFILL, RecoveryMethod.RECOVERY_JOB);
        world.assertAllOnce();
    }

    @Test
    void aCrashInsideABackfillLeavesTheGapOpenToBeAskedForAgain() {
        posts(Duration.ofMinutes(15), 2);
        world.start().passMinutes(3);
        x.backfillPerSecond = 5;
        x.unreachable(Duration.ofSeconds(60));
        world.passSeconds(80);
        assertThat(x.liveCount()).isOne();
        world.kill().passSeconds(3);
        world.start().passMinutes(8);
        world.assertVerdicts(Verdict.COMPLETE);
        assertThat(x.backfillsAsked().get(2)).isPositive();
        world.assertAllOnce();
    }

    @Test
    void aQuietBackfillIsDrainedAfterTheOverlapAndAKeepAliveWithoutProof() {
        world.start().passMinutes(3);
        x.unreachable(Duration.ofSeconds(75));
        world.passSeconds(75 + 17);
        Instant up = x.liveAsked().get(1).at();
        assertThat(x.backfillsAsked()).containsExactly(0, 3);
        world.pass(Duration.between(world.now(), up.plusSeconds(59)));
        assertThat(world.gap().verdict()).isEqualTo(Verdict.OPEN);
        world.passSeconds(23);
        assertThat(world.gap().verdict()).isEqualTo(Verdict.COMPLETE_UNPROVEN);
        assertThat(x.jobsAsked()).isEmpty();
    }

    @Test
    void postsBetweenTheHandlersReturnAndTheCommitComeAgainAndNoneIsLost() {
        posts(Duration.ofMinutes(10), 5);
        world.start().passMinutes(2);
        boolean[] killed = {false};
        world.handler = post -> {
            if (!killed[0]) world.kill();
            killed[0] = true;
        };
        world.passSeconds(5);
        long last = world.handledPosts.get(world.handledPosts.size() - 1).id();
        world.start().passMinutes(5);
        assertThat(world.handled.get(last)).isEqualTo(2);
        world.handled.put(last, 1);
        world.assertAllOnce();
    }

    @Test
    void aMachineThatFallsAsleepFor2HoursHasAnOutageOf2Hours() {
        posts(Duration.ofHours(4), 0.2);
        world.start().passMinutes(10);
        world.suspend(Duration.ofHours(2));
        world.passMinutes(30);
        assertThat(world.events(StreamEvent.ClockJumped.class)).isNotEmpty();
        assertThat(world.gap().span().length()).isBetween(Duration.ofHours(2), Duration.ofMinutes(125));
        world.assertGapRecovered();
    }

    @Test
    void aClockThatIsSetForwardBy2HoursIsToldAndCostsNoPost() {
        posts(Duration.ofMinutes(40), 1);
        world.start().passMinutes(10);
        world.setClock(Duration.ofHours(2));
        world.passMinutes(20);
        assertThat(world.events(StreamEvent.ClockJumped.class)).isNotEmpty();
        world.assertGapRecovered();
    }

    @Test
    void aClockThatIsSetBackBy2HoursCostsNoPostAtTheNextDrop() {
        posts(Duration.ofMinutes(60), 1);
        world.start().passMinutes(10);
        world.setClock(Duration.ofHours(-2));
        world.passMinutes(10);
        x.unreachable(Duration.ofSeconds(50));
        world.passMinutes(20);
        world.assertGapsRecovered();
    }

    @Test
    void aClock10MinutesFastAtTheStartAsksForALittleMoreAndIsTold() {
        posts(Duration.ofMinutes(30), 2);
        world.start().passMinutes(5);
        world.kill().passSeconds(40);
        world.clockAhead = Duration.ofMinutes(10);
        world.start().passMinutes(15);
        assertThat(world.events(RecoveryEvent.SkewLearned.class)).isNotEmpty();
        world.assertGapRecovered();
    }

    @Test
    void aClock10MinutesSlowAtTheStartLosesNothingAndIsTold() {
        posts(Duration.ofMinutes(30), 2);
        world.start().passMinutes(5);
        world.kill().passSeconds(40);
        world.clockAhead = Duration.ofMinutes(-10);
        world.start().passMinutes(15);
        assertThat(world.events(RecoveryEvent.SkewLearned.class)).isNotEmpty();
        world.assertGapsRecovered();
    }

    @Test
    void anAnswerThatTakesLongDoesNotMoveXsTimeSoTheNextOutageIsRecovered() {
        posts(Duration.ofMinutes(40), 2);
        world.start().passMinutes(5);
        // X answers at once, and the network holds the answer back.
        x.answersAfter = Duration.ofSeconds(9);
        x.answersHeldBack = true;
        x.unreachable(Duration.ofSeconds(5));
        world.passMinutes(5);
        x.answersAfter = Duration.ofMillis(50);
        x.unreachable(Duration.ofMinutes(8));
        world.passMinutes(20);
        assertThat(world.events(RecoveryEvent.SkewLearned.class)).isEmpty();
        world.assertGapsRecovered();
    }

    @Test
    void aRestartIntoATakenSlotWaitsAndIsPlannedByAge() {
        posts(Duration.ofMinutes(30), 2);
        x.zombieFor = Duration.ofSeconds(20);
        world.downFor(Duration.ofSeconds(2)).passMinutes(10);
        List<Asked> connects = x.liveAsked();
        assertThat(connects).hasSize(4);
        Duration first = Duration.between(connects.get(1).at(), connects.get(2).at());
        Duration second = Duration.between(connects.get(2).at(), connects.get(3).at());
        assertThat(first).isBetween(Duration.ofSeconds(5), Duration.ofSeconds(6));
        assertThat(second).isBetween(Duration.ofSeconds(60), Duration.ofSeconds(67));
        assertThat(x.backfillsAsked()).containsExactly(0, 2, 2, 3);
        world.assertGapRecovered();
    }

    @Test
    void postsUpTo25SecondsLateAreNotLostWithAnOverlapOf30Seconds() {
        World late = new World(builder -> builder.access(Access.ENTERPRISE).overlap(Duration.ofSeconds(30)));
        late.x.posts.lagMax(Duration.ofSeconds(25)).steady(START, START.plusSeconds(1_800), 5);
        late.start().passMinutes(3);
        for (int second = 1; second < 60; second += 7) {
            late.x.unreachable(Duration.ofSeconds(second));
            late.passMinutes(2);
        }
        late.assertVerdicts(Verdict.COMPLETE);
        late.assertAllOnce(START.plusSeconds(30), late.now().minusSeconds(60));
    }

    @Test
    void aBackfillRefusedWith403IsLeftOutOnceAndASecond403IsParkedOnAStreamThatRanBefore() {
        posts(Duration.ofMinutes(10), 1);
        world.start().passMinutes(3);
        x.meddler = request -> request.isStream() ? Optional.of(SimulatedX.forbidden()) : Optional.empty();
        x.drop(Ending.Kind.RESET);
        world.passMinutes(5);
        assertThat(x.backfillsAsked()).startsWith(0, 2, 0);
        assertThat(x.backfillsAsked().size())
                .as("after 1 and 2 min, twice each")
                .isEqualTo(7);
        assertThat(world.stream().health().state()).isEqualTo(Health.State.PARKED);
        x.meddler = request -> Optional.empty();
        world.passMinutes(6);
        assertThat(world.stream().health().state()).isEqualTo(Health.State.LIVE);
        assertThat(world.events(RecoveryEvent.RecoveryRefused.class)).isEmpty();
    }

    @Test
    void aBackfillRefusedWith403IsLeftOutOnceAndASecond403IsFatalIfNothingWasEverAccepted() {
        posts(Duration.ofMinutes(10), 1);
        World since = new World(builder -> builder.access(Access.ENTERPRISE).since(World.START.minusSeconds(120)));
        since.x.meddler = request -> request.isStream() ? Optional.of(SimulatedX.forbidden()) : Optional.empty();
        since.start().passMinutes(5);
        assertThat(since.x.backfillsAsked()).hasSize(2).endsWith(0);
        assertThat(since.stream().health().state()).isEqualTo(Health.State.FAILED);
        assertThat(since.events(StreamEvent.Failed.class)).hasSize(1);
    }

    @Test
    void anIdleProcessThatIsKilledHasAGapOfSeconds() {
        x.posts.at(START.plusSeconds(10));
        world.start().passMinutes(50);
        world.kill().passSeconds(3);
        world.start().passMinutes(4);
        Duration overlaps = RecoverySettings.OVERLAP.multipliedBy(2);
        assertThat(world.gap().span().length()).isBetween(overlaps, overlaps.plusSeconds(35));
    }

    @Test
    void aBackfillThatIsAcceptedAndIgnoredProvesNothing() {
        World auto = new World();
        auto.x.posts.steady(START, START.plusSeconds(1_200), 2);
        auto.x.backfill = Right.IGNORED;
        auto.start().passMinutes(3);
        auto.x.unreachable(Duration.ofSeconds(40));
        auto.passMinutes(12);
        assertThat(auto.x.backfillsAsked()).hasSize(2);
        assertThat(auto.x.jobsAsked()).isNotEmpty();
        auto.assertGapRecovered();
    }

    @Test
    void aBackfillThatBringsNothingIsFollowedBySearchIfJobsAreRefusedMeanwhile() {
        World auto = new World();
        auto.x.posts.steady(START, START.plus(Duration.ofMinutes(40)), 0.2);
        auto.x.backfill = Right.IGNORED;
        auto.x.jobRight = Right.REFUSED_403;
        auto.start().passMinutes(5);
        auto.x.unreachable(Duration.ofMinutes(6));
        auto.passMinutes(20);
        assertThat(auto.events(RecoveryEvent.RecoveryRefused.class)).hasSize(1);
        assertThat(auto.gap().verdict()).isEqualTo(Verdict.COMPLETE);
        auto.assertAllOnce(START.plusSeconds(1), auto.now().minusSeconds(60));
    }

    @Test
    void aClockSetForwardAgainAndAgainWhileLiveGoesOnDoesNotHideWhatComesLast() {
        posts(Duration.ofMinutes(35), 2);
        world.start().passMinutes(5);
        for (int i = 0; i < 6; i++) {
            world.setClock(Duration.ofSeconds(20));
            world.passMinutes(1);
        }
        world.clockAhead = Duration.ofMinutes(2);
        assertThat(world.events(StreamEvent.Disconnected.class)).isEmpty();
        world.kill().passMinutes(8);
        world.start().passMinutes(10);
        world.assertGapRecovered();
    }

    @Test
    void anOverlapOf10MinutesIsRefusedWithTheAllowedRange() {
        assertThatThrownBy(() -> new World(builder -> builder.overlap(Duration.ofMinutes(10))).start())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("30 s")
                .hasMessageContaining("4 min");
    }
}
