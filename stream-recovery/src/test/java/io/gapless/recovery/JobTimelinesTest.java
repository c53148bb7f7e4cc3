package io.gapless.recovery;

import static io.gapless.recovery.World.START;
import static org.assertj.core.api.Assertions.assertThat;

import io.gapless.recovery.PostTimeline.XPost;
import io.gapless.recovery.SimulatedX.Asked;
import io.gapless.recovery.SimulatedX.Played;
import io.gapless.recovery.SimulatedX.Refusal;
import io.gapless.recovery.SimulatedX.Right;
import io.gapless.recovery.ledger.Gap;
import io.gapless.recovery.ledger.Gap.StepRun;
import io.gapless.recovery.ledger.Gap.Verdict;
import io.gapless.recovery.ledger.RecoveryMethod;
import io.gapless.recovery.ledger.Span;
import io.gapless.stream.event.StreamEvent;
import io.gapless.stream.seam.Ending;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Outages of up to a day and more with Enterprise access: what Recovery jobs bring back while live goes on. */
class JobTimelinesTest {
    private final World world = World.enterprise();
    private final SimulatedX x = world.x;

    private static Played completed(List<XPost> posts) {
        return new Played(posts, Ending.Kind.COMPLETE, "{\"info\":{\"message\":\"Replay Request Completed\"}}");
    }

    @Test
    void anOutageOf40MinutesIsRecoveredByAJobWhosePostsComeBesideLiveOnes() {
        x.posts.steady(START, START.plus(Duration.ofMinutes(80)), 1);
        world.downFor(Duration.ofMinutes(40)).passMinutes(10);
        assertThat(x.backfillsAsked()).containsExactly(0, 2);
        assertThat(x.jobsAsked()).isNotEmpty();
        world.assertGapRecovered();
    }

    @Test
    void badPostsOfTwoChunksHoldUpNoOtherChunk() {
        x.posts.steady(START, START.plus(Duration.ofHours(10)), 0.02);
        world.start().passMinutes(5);
        Set<Long> bad = Set.of(
                x.posts.at(world.now().plus(Duration.ofMinutes(1))),
                x.posts.at(world.now().plus(Duration.ofHours(3))));
        world.handler = post -> {
            if (bad.contains(post.id())) throw new IllegalStateException("bad");
        };
        world.kill().passHours(10);
        world.start().passMinutes(30);
        assertThat(world.missing(START.plusSeconds(1), world.now())).containsExactlyInAnyOrderElementsOf(bad);
        assertThat(world.store.deadLetterCount()).isZero();

        x.posts.steady(world.now(), world.now().plus(Duration.ofMinutes(20)), 0.02);
        world.passMinutes(20);
        assertThat(world.store.deadLetterCount()).isEqualTo(2);
        assertThat(world.gap().closedAt()).isPresent();
    }

    @Test
    void aJobsWindowIsWholeSecondsInUtcFlooredAndCeiled() {
        x.posts.steady(START, START.plus(Duration.ofMinutes(40)), 2);
        world.time.advance(Duration.ofMillis(700));
        world.downFor(Duration.ofMinutes(12)).passMinutes(10);
        assertThat(x.jobsAsked()).isNotEmpty().allSatisfy(job -> assertThat(job.window())
                .matches("2026-11-22T\\d\\d:\\d\\d:\\d\\dZ 2026-11-22T\\d\\d:\\d\\d:\\d\\dZ"));
        Instant from = Instant.parse(x.jobsAsked().get(0).query().get("start_time"));
        assertThat(from).isBeforeOrEqualTo(world.gap().span().from());
        world.assertGapRecovered();
    }

    @Test
    void postsOfAJobThatWereReceivedAndNotHandledAreAskedForAgainAfterACrash() {
        x.posts.steady(START, START.plus(Duration.ofMinutes(50)), 1);
        world.downFor(Duration.ofMinutes(20));
        world.handler = post -> world.time.sleep(Duration.ofMillis(300));
        world.passMinutes(3);
        assertThat(x.jobsAsked()).isNotEmpty();
        world.kill().passSeconds(5);
        world.handler = post -> {};
        world.start().passMinutes(12);
        world.assertGapsRecovered();
    }

    @Test
    void postsOfAJobThatWaitForTheHandlerDoNotWidenTheGapOfARestart() {
        x.posts.steady(START, START.plus(Duration.ofMinutes(60)), 1);
        world.start().passMinutes(5);
        world.kill().passMinutes(20);
        world.handler = post -> world.time.sleep(Duration.ofMillis(300));
        world.start().passMinutes(4);
        assertThat(x.jobsAsked()).isNotEmpty();
        assertThat(world.stream().health().inboxPosts()).isPositive();
        Instant killed = world.now();
        world.kill().passSeconds(5);
        world.handler = post -> {};
        world.start().passMinutes(12);
        Gap restart = world.gaps().get(world.gaps().size() - 1);
        assertThat(restart.span().from()).isAfter(killed.minus(Duration.ofMinutes(2)));
        world.assertGapsRecovered();
    }

    @Test
    void livePostsAreHandledWhileAJobsPostsWait() {
        x.posts.steady(START, START.plus(Duration.ofMinutes(60)), 1);
        world.start().passMinutes(5);
        world.kill().passMinutes(20);
        world.handler = post -> world.time.sleep(Duration.ofMillis(300));
        world.start().passMinutes(4);
        assertThat(world.stream().health().inboxPosts()).isGreaterThan(100);
        assertThat(world.missing(world.now().minusSeconds(120), world.now().minusSeconds(20)))
                .isEmpty();
    }

    @Test
    void aJobThatClosesCleanlyWithoutItsPostsIsAskedASecondTime() {
        x.posts.steady(START, START.plus(Duration.ofMinutes(50)), 1);
        x.jobs = (request, number, wanted) -> Played.whole(number == 1 ? List.of() : wanted);
        world.downFor(Duration.ofMinutes(20)).passMinutes(12);
        world.assertGapRecovered();
    }

    @Test
    void aJobOutOfOrderThatIsCutAfterItsNewestPostIsCompletedByTheNextPass() {
        x.posts.steady(START, START.plus(Duration.ofMinutes(50)), 1);
        x.jobs = (request, number, wanted) -> {
            if (number > 1) return Played.whole(wanted);
            List<XPost> some = new ArrayList<>(wanted);
            Collections.shuffle(some, new Random(1));
            XPost newest = wanted.get(wanted.size() - 1);
            some.remove(newest);
            some = new ArrayList<>(some.subList(0, some.size() / 2));
            some.add(newest);
            return Played.cut(some);
        };
        world.downFor(Duration.ofMinutes(20)).passMinutes(12);
        world.assertGapRecovered();
    }

    @Test
    void aSecondWalkThatEndsBeforeWhereTheFirstHasComeProvesNothing() {
        x.posts.steady(START, START.plus(Duration.ofMinutes(50)), 1);
        x.jobs = (request, number, wanted) -> {
            if (number == 1) return Played.cut(wanted.subList(wanted.size() - 1, wanted.size()));
            // Of the overlap, which live has brought.
            return Played.whole(number == 3 ? wanted.subList(0, 5) : wanted);
        };
        world.downFor(Duration.ofMinutes(20)).passMinutes(12);
        assertThat(x.jobsAsked().size()).isGreaterThan(3);
        world.assertGapRecovered();
    }

    @Test
    void anEndThatDidNotEvenBringTheOverlapAgainProvesNothing() {
        x.posts.steady(START, START.plus(Duration.ofMinutes(50)), 1);
        x.jobs = (request, number, wanted) -> switch (number) {
            case 1 -> Played.whole(wanted.subList(0, 100));
            case 2 -> Played.cut(wanted.subList(0, 100));
            case 3 -> Played.whole(List.of());
            default -> Played.whole(wanted);
        };
        world.downFor(Duration.ofMinutes(20)).passMinutes(12);
        assertThat(x.jobsAsked().size()).isGreaterThan(3);
        world.assertGapRecovered();
    }

    @Test
    void whatAJobSaysOfItsEndDoesNotHoldForWhatCameBeforeACut() {
        x.posts.steady(START, START.plus(Duration.ofMinutes(50)), 1);
        x.jobs = (request, number, wanted) -> {
            if (number == 1) return Played.cut(wanted.subList(wanted.size() - 30, wanted.size()));
            return completed(wanted);
        };
        world.downFor(Duration.ofMinutes(20)).passMinutes(12);
        assertThat(x.jobsAsked().size()).isGreaterThan(2);
        world.assertGapRecovered();
    }

    @Test
    void jobsThatFindNoRoomBesideLiveForAQuarterOfAnHourGiveWayToSearch() {
        World auto = new World();
        auto.x.posts.steady(START, START.plus(Duration.ofMinutes(90)), 0.2);
        auto.x.backfill = Right.IGNORED;
        auto.x.jobRight = Right.IGNORED;
        auto.start().passMinutes(5);
        auto.x.unreachable(Duration.ofMinutes(20));
        auto.passMinutes(70);
        assertThat(auto.events(RecoveryEvent.RecoveryRefused.class)).hasSize(1);
        assertThat(auto.gap().verdict()).isEqualTo(Verdict.COMPLETE);
        auto.assertAllOnce(START.plusSeconds(1), auto.now().minusSeconds(60));
    }

    @Test
    void aJobThatSendsWhatIsLiveAndEndsAtOnceIsNoPassOfItsChunk() {
        World auto = new World();
        auto.x.posts.steady(START, START.plus(Duration.ofMinutes(60)), 0.2);
        auto.x.backfill = Right.IGNORED;
        // X may end one of two live streams at once, here the one that was asked for as a job.
        auto.x.jobs = (request, number, wanted) -> {
            Instant afterEnd = Instant.parse(request.query().get("end_time")).plusSeconds(30);
            return Played.whole(number > 1 ? List.of() : auto.x.posts.created(afterEnd, afterEnd.plusSeconds(20)));
        };
        auto.start().passMinutes(5);
        auto.x.unreachable(Duration.ofMinutes(20));
        auto.passMinutes(30);
        assertThat(auto.gap().verdict()).isEqualTo(Verdict.COMPLETE);
        auto.assertAllOnce(START.plusSeconds(1), auto.now().minusSeconds(60));
    }

    @Test
    void jobsThatEachCostLiveAreRefusedEvenIfTheyBringTheirPosts() {
        World auto = new World();
        auto.x.posts.steady(START, START.plus(Duration.ofMinutes(90)), 0.2);
        auto.x.backfill = Right.IGNORED;
        auto.x.jobsEvict = true;
        auto.x.jobs = (request, number, wanted) -> completed(wanted);
        auto.start().passMinutes(5);
        auto.x.unreachable(Duration.ofMinutes(10));
        auto.passMinutes(70);
        assertThat(auto.events(RecoveryEvent.RecoveryRefused.class)).hasSize(1);
        assertThat(auto.x.jobsAsked()).hasSizeLessThan(5);
        auto.assertVerdicts(Verdict.COMPLETE);
        auto.assertAllOnce(START.plusSeconds(1), auto.now().minusSeconds(60));
    }

    @Test
    void emptyJobsAreFollowedBySearchUntilXHasShownThatItSendsAnythingAgain() {
        World auto = new World();
        auto.x.posts.steady(START, START.plus(Duration.ofMinutes(60)), 0.2);
        auto.x.backfill = Right.IGNORED;
        auto.x.jobs = (request, number, wanted) -> Played.whole(List.of());
        auto.start().passMinutes(5);
        auto.x.unreachable(Duration.ofMinutes(20));
        auto.passMinutes(30);
        assertThat(auto.gap().verdict()).isEqualTo(Verdict.COMPLETE);
        auto.assertAllOnce(START.plusSeconds(1), auto.now().minusSeconds(60));
    }

    @Test
    void jobsCutAfterEvery1000thPostComeToAnEndWithEveryMissingSecondNamed() {
        Instant burst = START.plus(Duration.ofMinutes(10));
        x.posts.steady(burst, burst.plusSeconds(6), 1_000);
        x.posts.steady(burst.plusSeconds(6), burst.plusSeconds(7), 3_000);
        x.jobs = (request, number, wanted) ->
                wanted.size() > 1_000 ? Played.cut(wanted.subList(0, 1_000)) : Played.whole(wanted);
        world.downFor(Duration.ofMinutes(12)).passHours(5);
        Gap gap = world.gap();
        assertThat(gap.verdict()).isEqualTo(Verdict.PARTIAL);
        Set<Long> unnamed = new TreeSet<>(world.missing(START, world.now()));
        assertThat(unnamed).isNotEmpty();
        gap.lost()
                .forEach(lost -> unnamed.removeAll(
                        x.shouldHave(lost.span().from(), lost.span().until())));
        assertThat(unnamed).isEmpty();
        assertThat(gap.lost())
                .allSatisfy(lost -> assertThat(lost.span().length()).isLessThan(Duration.ofSeconds(10)));
        assertThat(world.twice()).isEmpty();
    }

    @Test
    void jobsCutAfterEvery1000thPostAt10PostsASecondAreComplete() {
        x.posts.steady(START, START.plus(Duration.ofMinutes(40)), 10);
        x.jobs = (request, number, wanted) ->
                wanted.size() > 1_000 ? Played.cut(wanted.subList(0, 1_000)) : Played.whole(wanted);
        world.downFor(Duration.ofMinutes(12)).passHours(2);
        world.assertGapRecovered();
    }

    @Test
    void aJobThatIsTooFreshIsAskedAgainLaterAndTheEntitlementStays() {
        World auto = new World();
        auto.x.posts.steady(START, START.plus(Duration.ofMinutes(40)), 1);
        auto.x.backfill = Right.IGNORED;
        auto.x.jobFreshness = Duration.ofSeconds(100);
        auto.start().passMinutes(5);
        auto.x.unreachable(Duration.ofMinutes(2));
        auto.passMinutes(15);
        assertThat(auto.events(RecoveryEvent.RecoveryRefused.class)).isEmpty();
        assertThat(auto.x.searchesAsked()).isEmpty();
        assertThat(auto.x.jobsAsked()).hasSizeBetween(3, 6);
        auto.assertGapRecovered();
    }

    @Test
    void thePlanOfAnOpenGapIsStoredWithItUntilItsStepsBegin() {
        x.posts.steady(START, START.plus(Duration.ofHours(9)), 0.02);
        x.jobsMax = 0;
        world.downFor(Duration.ofHours(7)).passMinutes(1);
        assertThat(world.gap().steps())
                .extracting(run -> run.step().method() + " " + run.state())
                .containsExactly(
                        "RECOVERY_JOB RUNNING",
                        "RECOVERY_JOB RUNNING",
                        "RECOVERY_JOB WAITING",
                        "RECOVERY_JOB WAITING",
                        "BACKFILL RUNNING");
        assertThat(world.events(RecoveryEvent.GapPlanned.class))
                .singleElement()
                .satisfies(planned -> assertThat(planned.plan().steps()).hasSize(5));
        x.jobsMax = 2;
        world.passMinutes(30);
        assertThat(world.gap().verdict()).isEqualTo(Verdict.COMPLETE);
        assertThat(world.gap().steps()).extracting(StepRun::state).containsOnly(StepRun.State.DONE);
        world.assertAllOnce();
    }

    /** How long the first job waited before it was asked for again, each time. */
    private List<Duration> waitsOfTheFirstJob() {
        List<Asked> jobs = x.jobsAsked().stream()
                .filter(job -> job.window().equals(x.jobsAsked().get(0).window()))
                .toList();
        return IntStream.range(1, jobs.size())
                .mapToObj(next ->
                        Duration.between(jobs.get(next - 1).at(), jobs.get(next).at()))
                .toList();
    }

    @Test
    void aJobThatXHasRefusedWaitsItsTimeAlthoughThisMachinesClockIsSetForward() {
        x.posts.steady(START, START.plus(Duration.ofMinutes(60)), 1);
        x.meddler = request -> request.isJob() ? Optional.of(Refusal.of(503, "{}")) : Optional.empty();
        world.downFor(Duration.ofMinutes(20));
        while (x.jobsAsked().isEmpty()) world.pass(Duration.ofMillis(100));
        world.pass(Duration.ofMillis(100));
        world.setClock(Duration.ofMinutes(11));
        world.passSeconds(30);
        assertThat(waitsOfTheFirstJob()).isNotEmpty().allMatch(wait -> wait.compareTo(Duration.ofSeconds(5)) >= 0);
    }

    @Test
    void aJobThatXHasRefusedWaitsItsTimeAlthoughXsTimeIsLearnedMeanwhile() {
        x.posts.steady(START, START.plus(Duration.ofMinutes(60)), 1);
        x.meddler = request -> request.isJob() ? Optional.of(Refusal.of(503, "{}")) : Optional.empty();
        world.downFor(Duration.ofMinutes(20)).passMinutes(2);
        world.kill().passMinutes(1);
        x.asked.clear();
        x.meddler = request -> request.isJob()
                ? Optional.of(Refusal.of(503, "{}"))
                : Optional.of(Refusal.noAnswer(Ending.Kind.RESET))
                        .filter(first -> x.liveAsked().size() == 1);
        world.clockAhead = Duration.ofSeconds(-4);
        world.start().passSeconds(30);
        assertThat(world.events(RecoveryEvent.SkewLearned.class)).isNotEmpty();
        assertThat(waitsOfTheFirstJob()).isNotEmpty().allMatch(wait -> wait.compareTo(Duration.ofSeconds(5)) >= 0);
    }

    @Test
    void whatLeavesThe24HoursWhileWaitingGoesToSearch() {
        x.posts.steady(START, START.plus(Duration.ofHours(26)), 0.05);
        world.downFor(Duration.ofHours(24).minusSeconds(20)).passHours(1);
        assertThat(x.searchesAsked()).isNotEmpty();
        world.assertGapRecovered();
    }

    @Test
    void a429ToAJobDoesNotHoldUpTheLiveReconnect() {
        x.posts.steady(START, START.plus(Duration.ofMinutes(60)), 1);
        x.jobsMax = 0;
        world.downFor(Duration.ofMinutes(20)).passMinutes(2);
        assertThat(x.jobsAsked()).isNotEmpty();
        Instant dropped = world.now();
        x.drop(Ending.Kind.RESET);
        world.passSeconds(1);
        List<Asked> connects = x.liveAsked();
        assertThat(connects.get(connects.size() - 1).at()).isBetween(dropped, dropped.plusSeconds(1));
        x.jobsMax = 2;
        world.passMinutes(30);
        world.assertGapsRecovered();
    }

    @Test
    void twoGapsThatWantTheSameSpanAskForItOneAfterTheOther() {
        x.posts.steady(START, START.plus(Duration.ofMinutes(90)), 1);
        world.start().passMinutes(40);
        x.meddler = request ->
                request.isJob() && x.jobsAsked().size() <= 6 ? Optional.of(Refusal.of(503, "{}")) : Optional.empty();
        Instant from = START.plus(Duration.ofMinutes(10));
        world.stream().recover(from, from.plus(Duration.ofMinutes(5)));
        world.stream().recover(from, from.plus(Duration.ofMinutes(5)));
        world.passMinutes(20);
        assertThat(x.jobsAsked()).hasSizeGreaterThan(6);
        for (int job = 1; job < 6; job++) {
            Instant before = x.jobsAsked().get(job - 1).at();
            assertThat(x.jobsAsked().get(job).at()).isAfterOrEqualTo(before.plusSeconds(5));
        }
        world.assertVerdicts(Verdict.COMPLETE);
    }

    /** Before the first start, so that all of it is missing. */
    private static Instant minute(int minute) {
        return START.plus(Duration.ofMinutes(minute));
    }

    private long posts(int fromMinute, int untilMinute) {
        return x.shouldHave(minute(fromMinute), minute(untilMinute)).size();
    }

    private void recoverTogether(List<Span> spans) {
        world.passMinutes(60);
        world.start().passMinutes(5);
        spans.forEach(span -> world.stream().recover(span.from(), span.until()));
        world.passMinutes(10);
        assertThat(world.gaps()).extracting(Gap::span).containsExactlyElementsOf(spans);
    }

    @Test
    void oneJobServesShortStepsOfGapsThatOverlapOrAdjoin() {
        x.posts.steady(START, START.plus(Duration.ofMinutes(90)), 1);
        recoverTogether(List.of(
                new Span(minute(20), minute(25)),
                new Span(minute(12), minute(14)),
                new Span(minute(10), minute(14)),
                new Span(minute(14), minute(20)),
                new Span(minute(26), minute(27))));
        assertThat(x.jobsAsked().stream().map(Asked::window).distinct())
                .containsExactlyInAnyOrder(
                        "2026-11-22T12:10:00Z 2026-11-22T12:25:00Z", "2026-11-22T12:26:00Z 2026-11-22T12:27:00Z");
        assertThat(x.jobsAsked()).hasSize(4);
        assertThat(world.missing(minute(10), minute(25))).isEmpty();
        world.assertVerdicts(Verdict.COMPLETE);
        // What two gaps share counts for the one that begins first.
        assertThat(world.gaps())
                .extracting(Gap::recovered)
                .containsExactly(posts(20, 25), 0L, posts(10, 14), posts(14, 20), posts(26, 27));
        assertThat(world.twice()).isEmpty();
    }

    @Test
    void stepsThatTogetherAreLongerThanHalfAnHourHaveJobsOfTheirOwn() {
        x.posts.steady(START, START.plus(Duration.ofMinutes(90)), 1);
        recoverTogether(List.of(new Span(minute(5), minute(25)), new Span(minute(25), minute(45))));
        assertThat(x.jobsAsked().stream().map(Asked::window).distinct()).hasSize(2);
        world.assertVerdicts(Verdict.COMPLETE);
    }

    @Test
    void whatAJobOfSeveralGapsCannotFetchIsWrittenDownForItsGapOnly() {
        x.posts.steady(START, minute(15), 1);
        x.posts.steady(minute(15), minute(15).plusSeconds(1), 3_000);
        x.posts.steady(minute(15).plusSeconds(1), minute(90), 1);
        x.jobs = (request, number, wanted) ->
                wanted.size() > 1_000 ? Played.cut(wanted.subList(0, 1_000)) : Played.whole(wanted);
        recoverTogether(List.of(new Span(minute(10), minute(14)), new Span(minute(14), minute(20))));
        assertThat(world.gaps()).extracting(Gap::verdict).containsExactly(Verdict.COMPLETE, Verdict.PARTIAL);
        assertThat(world.gaps().get(1).lost())
                .isNotEmpty()
                .allSatisfy(lost -> assertThat(lost.span().contains(minute(15))).isTrue());
    }

    @Test
    void aJobOfSeveralGapsWhoseAnswersDifferIsFollowedByOneForEach() {
        x.posts.steady(START, minute(90), 1);
        // Of what was created from minute 15 on, each job brings 15 s more than the one before.
        x.jobs = (request, number, wanted) -> Played.whole(wanted.stream()
                .filter(post -> post.createdAt().isBefore(minute(15).plusSeconds(15L * number)))
                .toList());
        recoverTogether(List.of(new Span(minute(10), minute(14)), new Span(minute(14), minute(20))));
        assertThat(world.gaps()).extracting(Gap::verdict).containsExactly(Verdict.COMPLETE, Verdict.DOUBTFUL);
        assertThat(world.gaps()).extracting(Gap::recovered).first().isEqualTo(posts(10, 14));
        assertThat(world.twice()).isEmpty();
    }

    @Test
    void aDropWhile24HoursOfChunksAreRunningIsReconnectedAtOnce() {
        x.posts.steady(START, START.plus(Duration.ofHours(27)), 0.05);
        x.jobPerSecond = 2;
        world.downFor(Duration.ofHours(23)).passMinutes(10);
        for (int drop = 0; drop < 5; drop++) {
            Instant dropped = world.now();
            x.drop(Ending.Kind.RESET);
            world.passSeconds(1);
            List<Asked> connects = x.liveAsked();
            assertThat(connects.get(connects.size() - 1).at()).isBetween(dropped, dropped.plusSeconds(1));
            world.passMinutes(2);
        }
        world.passHours(2);
        world.assertGapsRecovered();
    }

    @Test
    void anEntitlementRefusedInChunk7Of12LeavesTheFirst6AndSearchesTheRest() {
        x.posts.steady(START, START.plus(Duration.ofHours(27)), 0.02);
        Instant refusedFrom = START.plus(Duration.ofHours(12));
        x.meddler = request -> request.isJob()
                        && !Instant.parse(request.query().get("start_time")).isBefore(refusedFrom)
                ? Optional.of(SimulatedX.forbidden())
                : Optional.empty();
        world.downFor(Duration.ofHours(23).plusMinutes(30)).passHours(2);
        Gap gap = world.gap();
        assertThat(gap.steps().stream().filter(run -> run.step().method() == RecoveryMethod.RECOVERY_JOB))
                .filteredOn(run -> run.state() == StepRun.State.DONE)
                .hasSize(6);
        assertThat(x.searchesAsked()).isNotEmpty().allSatisfy(search -> assertThat(
                        Instant.parse(search.query().get("start_time")))
                .isAfterOrEqualTo(refusedFrom.minus(Duration.ofHours(2))));
        assertThat(world.events(RecoveryEvent.MethodParked.class))
                .isNotEmpty()
                .allMatch(parked -> parked.method() == RecoveryMethod.RECOVERY_JOB);
        assertThat(world.events(RecoveryEvent.RecoveryRefused.class)).isEmpty();
        assertThat(gap.verdict()).isEqualTo(Verdict.COMPLETE);
        world.assertAllOnce();
    }

    @Test
    void aJobWhoseParametersAreIgnoredIsClosedAndSearchTakesItsPlace() {
        x.posts.steady(START, START.plus(Duration.ofMinutes(60)), 1);
        x.connectionsMax = 2;
        x.jobRight = Right.IGNORED;
        world.downFor(Duration.ofMinutes(15)).passMinutes(15);
        assertThat(x.liveCount()).isOne();
        assertThat(x.jobsAsked()).hasSize(1);
        assertThat(x.searchesAsked()).isNotEmpty();
        assertThat(world.events(RecoveryEvent.RecoveryRefused.class)).isNotEmpty();
        world.assertGapRecovered();
    }

    @Test
    void anIgnoredJobThatEvictsLiveTwiceIsRefused() {
        x.posts.steady(START, START.plus(Duration.ofMinutes(60)), 1);
        x.evicts = true;
        x.jobRight = Right.IGNORED;
        world.downFor(Duration.ofMinutes(15)).passMinutes(30);
        assertThat(x.jobsAsked().size()).isLessThanOrEqualTo(3);
        assertThat(world.events(RecoveryEvent.RecoveryRefused.class)).isNotEmpty();
        assertThat(x.liveCount()).isOne();
        assertThat(world.missing(START.plusSeconds(1), world.now().minusSeconds(60)))
                .isEmpty();
    }

    @Test
    void afterASlowReaderCutNoBackfillIsAskedFor() {
        World slow = new World(builder -> builder.access(Access.ENTERPRISE).inboxMaxBytes(64 * 1024));
        slow.x.posts.steady(START, START.plus(Duration.ofMinutes(60)), 10);
        slow.x.patience = Duration.ofMinutes(2);
        slow.x.slowReaderEnding = Ending.Kind.RESET;
        slow.start().passMinutes(2);
        slow.blockHandler(Duration.ofMinutes(8));
        slow.passMinutes(9);
        slow.passMinutes(20);
        assertThat(slow.events(StreamEvent.Disconnected.class)).isNotEmpty();
        assertThat(slow.x.backfillsAsked()).containsOnly(0);
        assertThat(slow.x.jobsAsked()).isNotEmpty();
        assertThat(slow.gaps()).extracting(Gap::slowReader).contains(true);
        slow.assertGapsRecovered();
    }

    @Test
    void aHandlerThatIsBlockedForAnHourIsNoStall() {
        World slow = new World(builder -> builder.access(Access.ENTERPRISE).inboxMaxBytes(64 * 1024));
        slow.x.posts.steady(START, START.plus(Duration.ofMinutes(100)), 2);
        slow.x.patience = Duration.ofHours(2);
        slow.start().passMinutes(2);
        slow.blockHandler(Duration.ofHours(1));
        slow.passMinutes(61);
        slow.passMinutes(10);
        assertThat(slow.events(StreamEvent.Disconnected.class)).isEmpty();
        assertThat(slow.events(StreamEvent.ReadingPaused.class)).isNotEmpty();
        assertThat(slow.gaps()).isEmpty();
        slow.assertAllOnce();
    }

    @Test
    void jobsThatEndLiveWithin5SecondsTwiceAreGivenUp() {
        x.posts.steady(START, START.plus(Duration.ofMinutes(90)), 0.3);
        x.jobsEvict = true;
        x.jobPerSecond = 1;
        world.downFor(Duration.ofMinutes(40)).passMinutes(40);
        assertThat(x.jobsAsked()).hasSizeLessThanOrEqualTo(4);
        assertThat(world.events(RecoveryEvent.RecoveryRefused.class)).isNotEmpty();
        world.assertGapsRecovered();
    }

    @Test
    void aJobThatIsGivenUpBeforeXHasAnsweredIsCalledOff() {
        x.posts.steady(START, START.plus(Duration.ofMinutes(60)), 1);
        x.jobsAnswerLater = Duration.ofSeconds(10);
        world.downFor(Duration.ofMinutes(15));
        for (int times = 0; times < 2; times++) {
            x.drop(Ending.Kind.CUT);
            world.passSeconds(1);
        }
        assertThat(world.events(RecoveryEvent.RecoveryRefused.class)).hasSize(1);
        world.passMinutes(10);
        assertThat(x.jobsAsked()).isEmpty();
        world.assertAllOnce();
    }

    @Test
    void rulesThatAreChangedInsideTheGapMakeItDoubtful() {
        x.posts.steady(START, START.plus(Duration.ofMinutes(60)), 1);
        world.start().passMinutes(5);
        world.kill().passMinutes(10);
        x.rules.put("2", "from:dogs");
        world.passMinutes(10);
        world.start().passMinutes(10);
        assertThat(world.gap().verdict()).isEqualTo(Verdict.DOUBTFUL);
        assertThat(world.gap().reason())
                .matches("the rules on X changed between 2026-11-22T12:0\\S+Z and 2026-11-22T12:2\\S+Z");
        assertThat(x.jobsAsked()).isNotEmpty();
        world.assertAllOnce();
    }

    @Test
    void rulesThatWereChangedLongBeforeTheOutageDoNotMatter() {
        x.posts.steady(START, START.plus(Duration.ofMinutes(90)), 1);
        world.start().passMinutes(5);
        x.rules.put("2", "from:dogs");
        world.passMinutes(20);
        x.unreachable(Duration.ofMinutes(2));
        world.passMinutes(10);
        world.assertGapsRecovered();
    }

    @Test
    void idsOfWhatIsDoneMayBeForgottenAndNothingComesTwice() {
        World small = new World(builder -> builder.access(Access.ENTERPRISE).seenMaxBytes(1024 * 1024));
        small.x.posts.steady(START, START.plus(Duration.ofHours(12)), 2);
        small.downFor(Duration.ofHours(10)).passHours(1);
        small.assertGapsRecovered();
    }
}
