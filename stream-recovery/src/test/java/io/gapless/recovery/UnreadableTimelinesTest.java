package io.gapless.recovery;

import static io.gapless.recovery.World.START;
import static org.assertj.core.api.Assertions.assertThat;

import io.gapless.recovery.PostTimeline.XPost;
import io.gapless.recovery.SimulatedX.Played;
import io.gapless.recovery.SimulatedX.Refusal;
import io.gapless.recovery.ledger.Gap;
import io.gapless.recovery.ledger.Gap.Verdict;
import io.gapless.stream.event.Disconnection;
import io.gapless.stream.event.StreamEvent;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.function.BiFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is on the way breaks lines, answers in X's place, or changes the time: nothing of it is believed. */
class UnreadableTimelinesTest {
    /** How a line is broken on its way. */
    enum Broken {
        CUT,
        COMPRESSED,
        PAGE;

        private final Random chance = new Random(1);

        String of(String line) {
            return switch (this) {
                case CUT -> line.substring(0, line.length() / 2) + "\r\n";
                case PAGE -> "<html>\r\n\r\n<body>Please wait</body>\r\n</html>\r\n";
                case COMPRESSED -> {
                    StringBuilder bytes = new StringBuilder();
                    for (int i = 0; i < 80; i++) bytes.append((char) chance.nextInt(256));
                    yield bytes.toString();
                }
            };
        }
    }

    private World world = World.payPerUse();

    private void posts(double perSecond) {
        world.x.posts.steady(START, START.plus(Duration.ofMinutes(30)), perSecond);
    }

    private static BiFunction<XPost, String, String> never() {
        return (post, line) -> line;
    }

    private void hundredUnreadableSeconds(Broken broken) {
        posts(3);
        world.start().passMinutes(5);
        world.x.onTheWay = (post, line) -> broken.of(line);
        world.passSeconds(100);
        world.x.onTheWay = never();
        world.passMinutes(15);
    }

    @ParameterizedTest
    @EnumSource
    void ofAHundredUnreadableSecondsNothingIsMissingWhereSearchCanGiveIt(Broken broken) {
        hundredUnreadableSeconds(broken);

        world.assertAllOnce();
        assertThat(world.x.liveAsked()).hasSize(1);
        assertThat(world.events(StreamEvent.LinesUnreadable.class)).hasSize(1);
        assertThat(world.gap().verdict()).isEqualTo(Verdict.COMPLETE);
        assertThat(world.gap().recovered()).isGreaterThan(250);
    }

    /** Else a crash a day later would buy the posts of that day once more. */
    @Test
    void afterUnreadableLinesThatWereRecoveredACrashOpensAGapOfItsOwnTimeOnly() {
        hundredUnreadableSeconds(Broken.PAGE);
        Instant before = world.time.instant();
        world.kill().passSeconds(30);
        world.start().passMinutes(2);

        assertThat(world.gaps()).hasSize(2);
        assertThat(world.gaps().get(1).span().from()).isAfter(before.minus(Duration.ofMinutes(3)));
    }

    @ParameterizedTest
    @EnumSource
    void ofAHundredUnreadableSecondsNothingIsMissingWhereAJobCanGiveIt(Broken broken) {
        world = World.enterprise();
        hundredUnreadableSeconds(broken);

        world.assertAllOnce();
        assertThat(world.x.jobsAsked()).isNotEmpty();
        assertThat(world.gap().verdict()).isEqualTo(Verdict.COMPLETE);
    }

    /** What comes next decides whether it was alone; until then the clock may be set. */
    @ParameterizedTest
    @ValueSource(longs = {-289, 15})
    void aLineThatCannotBeReadBeforeTheClockIsSetIsWrittenDownWhereItWas(long seconds) {
        List<Instant> broken = new ArrayList<>();
        posts(0.02);
        world.start().passMinutes(5);
        world.x.onTheWay = (post, line) -> {
            broken.add(post.createdAt());
            return "<html>\r\n";
        };
        while (broken.isEmpty()) world.passSeconds(1);
        world.x.onTheWay = never();
        world.setClock(Duration.ofSeconds(seconds));
        world.passMinutes(10);

        Gap entry = world.gaps().get(0);
        assertThat(entry.cause()).isEqualTo(LineLosses.CAUSE);
        assertThat(entry.doubtful()).singleElement().satisfies(part -> {
            assertThat(part.span().contains(broken.get(0))).isTrue();
            assertThat(part.span().length()).isLessThan(Duration.ofMinutes(2));
        });
    }

    @Test
    void linesThatCannotBeReadBeforeTheClockIsSetForwardAreRecovered() {
        posts(1);
        world.start().passMinutes(5);
        world.x.onTheWay = (post, line) -> Broken.CUT.of(line);
        world.passSeconds(80);
        world.setClock(Duration.ofSeconds(97));
        world.passSeconds(5);
        world.x.onTheWay = never();
        world.passMinutes(15);

        world.assertAllOnce();
    }

    @Test
    void linesThatCannotBeReadBeforeTheMachineSleepsAreRecovered() {
        posts(1);
        world.start().passMinutes(5);
        world.x.onTheWay = (post, line) -> Broken.CUT.of(line);
        world.passSeconds(80);
        world.suspend(Duration.ofMinutes(3));
        world.passSeconds(5);
        world.x.onTheWay = never();
        world.passMinutes(15);

        world.assertAllOnce();
    }

    @Test
    void unreadableLinesForAnHourAreOutagesUntilTheWayIsClear() {
        posts(1);
        world.start().passMinutes(3);
        world.x.onTheWay = (post, line) -> Broken.CUT.of(line);
        world.passMinutes(12);
        world.x.onTheWay = never();
        world.passMinutes(14);

        world.assertAllOnce(START.plusSeconds(1), START.plus(Duration.ofMinutes(27)));
        assertThat(world.events(StreamEvent.Disconnected.class))
                .extracting(StreamEvent.Disconnected::how)
                .hasSize(1)
                .hasOnlyElementsOfType(Disconnection.Unreadable.class);
    }

    @Test
    void aBadLineAMinuteIsWrittenDownWithItsIdAndNothingIsBought() {
        posts(1);
        world.start().passSeconds(30);
        for (int i = 0; i < 20; i++) {
            breakNext(Broken.CUT);
            world.passMinutes(1);
        }

        assertThat(world.x.searchesAsked()).isEmpty();
        assertThat(world.gaps()).isNotEmpty().allSatisfy(gap -> assertThat(gap.verdict())
                .isIn(Verdict.UNRECOVERABLE, Verdict.PARTIAL));
        assertThat(world.missing(START.plusSeconds(1), START.plus(Duration.ofMinutes(20))))
                .hasSize(20)
                .allSatisfy(id -> assertThat(world.gaps().stream().flatMap(gap -> gap.lost().stream()))
                        .anySatisfy(lost -> assertThat(lost.reason()).contains("post " + id)));
        assertThat(world.events(StreamEvent.LineFaulty.class)).hasSizeLessThan(8);
    }

    @Test
    void aBadLineWithoutAnIdIsADoubtAboutTheTimeBeforeIt() {
        posts(1);
        world.start().passMinutes(2);
        breakNext(Broken.PAGE);
        world.passMinutes(2);

        assertThat(world.gap().verdict()).isEqualTo(Verdict.DOUBTFUL);
        assertThat(world.missing(START.plusSeconds(1), world.now().minusSeconds(30)))
                .singleElement()
                .satisfies(id -> assertThat(world.gap().doubtful()).anySatisfy(doubtful -> assertThat(
                                doubtful.span().contains(world.x.posts.byId(id).createdAt()))
                        .isTrue()));
        assertThat(world.x.searchesAsked()).isEmpty();
    }

    @Test
    void aBadLineWithoutAnIdIsWrittenDownAsFarAsXsTimeIsKnown() {
        world.clockAhead = Duration.ofMillis(-1_900);
        posts(1);
        world.start().passMinutes(2);
        breakNext(Broken.PAGE);
        world.passMinutes(2);

        assertThat(world.missing(START.plusSeconds(3), world.now().minusSeconds(30)))
                .singleElement()
                .satisfies(id -> assertThat(world.gap().doubtful()).anySatisfy(doubtful -> assertThat(
                                doubtful.span().contains(world.x.posts.byId(id).createdAt()))
                        .isTrue()));
    }

    @Test
    void aBadLineOfABacklogIsAskedForAnotherWay() {
        world = World.enterprise();
        posts(1);
        world.start().passMinutes(5);
        world.x.unreachable(Duration.ofSeconds(90));
        breakNext(Broken.PAGE);
        world.passMinutes(12);

        world.assertAllOnce();
        assertThat(world.x.jobsAsked()).isNotEmpty();
    }

    private void breakNext(Broken broken) {
        world.x.onTheWay = (post, line) -> {
            world.x.onTheWay = never();
            return broken.of(line);
        };
    }

    @Test
    void aBadLineOfOneConnectionIsCoveredByTheOther() {
        world = new World(builder -> builder.access(Access.ENTERPRISE).connections(2));
        world.x.connectionsMax = 2;
        posts(1);
        world.start().passMinutes(5);
        breakNext(Broken.CUT);
        world.passMinutes(10);

        world.assertAllOnce();
        world.assertVerdicts(Verdict.COVERED);
    }

    @Test
    void aPortalThatTellsAnyTimeEndsNoOutageAndSetsNoClock() {
        posts(1);
        world.start().passMinutes(5);
        Instant from = world.now();
        Instant until = from.plus(Duration.ofMinutes(5));
        world.x.meddler = request -> {
            if (!request.isStream() || !request.at().isBefore(until)) return Optional.empty();
            boolean early = request.at().isBefore(from.plusSeconds(150));
            return Optional.of(Refusal.page(early ? Instant.EPOCH : from.plus(Duration.ofDays(7))));
        };
        world.x.drop(io.gapless.stream.seam.Ending.Kind.RESET);
        world.passMinutes(20);

        world.assertAllOnce();
        assertThat(world.events(RecoveryEvent.SkewLearned.class)).isEmpty();
        assertThat(world.events(StreamEvent.OutageEnded.class)).singleElement().satisfies(ended -> assertThat(
                        ended.outage().length())
                .isBetween(Duration.ofMinutes(5), Duration.ofSeconds(320)));
        assertThat(world.gap().span().length()).isBetween(Duration.ofMinutes(6), Duration.ofMinutes(8));
    }

    @ParameterizedTest
    @EnumSource(names = {"CUT", "PAGE"})
    void unreadableLinesInAJobAreAskedForAgain(Broken broken) {
        world = World.enterprise();
        posts(2);
        world.start().passMinutes(2);
        world.kill().passMinutes(8);
        world.start().passSeconds(40);
        int[] lines = {0};
        world.x.onTheWay = (post, line) -> ++lines[0] % 7 == 0 && lines[0] < 400 ? broken.of(line) : line;
        world.passMinutes(12);

        assertThat(world.missing(START.plusSeconds(1), START.plus(Duration.ofMinutes(10))))
                .isEmpty();
    }

    @Test
    void aJobThatEndsInsideALineIsNoEmptyJob() {
        world = World.enterprise();
        world.x.posts.steady(START.plus(Duration.ofMinutes(4)), START.plus(Duration.ofMinutes(5)), 0.1);
        world.start().passMinutes(2);
        world.kill().passMinutes(8);
        world.x.onTheWay = (post, line) -> world.x.jobsAsked().size() < 4 ? line.substring(0, 30) : line;
        world.start().passMinutes(13);

        assertThat(world.x.jobsAsked()).hasSizeGreaterThan(3);
        assertThat(world.missing(START.plusSeconds(1), START.plus(Duration.ofMinutes(10))))
                .isEmpty();
    }

    @Test
    void aJobWhosePostsCouldNotBeReadIsNotEmptyAlthoughItIsEmptyLater() {
        world = World.enterprise();
        world.x.posts.steady(START.plus(Duration.ofMinutes(4)), START.plus(Duration.ofMinutes(5)), 0.1);
        world.x.jobs = (request, number, wanted) -> Played.whole(number < 3 ? wanted : List.of());
        world.start().passMinutes(2);
        world.kill().passMinutes(8);
        world.x.onTheWay = (post, line) -> Broken.CUT.of(line);
        world.start().passMinutes(1);
        world.x.onTheWay = never();
        world.passMinutes(10);

        assertThat(world.x.searchesAsked()).isNotEmpty();
        assertThat(world.missing(START.plusSeconds(1), START.plus(Duration.ofMinutes(10))))
                .isEmpty();
    }

    @Test
    void whileXAsksToWaitItsTimeStaysInDoubt() {
        posts(1);
        world.start().passMinutes(2);
        Instant reset = world.now().plus(Duration.ofMinutes(5));
        world.x.dateWrongBy = request -> Duration.ofDays(1);
        world.x.meddler = request ->
                request.path().endsWith("/rules") && request.at().isBefore(reset)
                        ? Optional.of(SimulatedX.rateLimited(reset))
                        : Optional.empty();
        int asked = world.x.asked.size();
        world.x.unreachable(Duration.ofSeconds(30));
        world.pass(Duration.between(world.now(), reset));

        assertThat(world.x.asked.subList(asked, world.x.asked.size()))
                .filteredOn(request -> request.path().endsWith("/rules"))
                .hasSize(1);
        world.passMinutes(10);
        world.assertAllOnce();
    }

    @Test
    void linesThatCannotBeReadWhileXsTimeIsInDoubtAreRecovered() {
        world = World.enterprise();
        posts(1);
        world.start().passMinutes(2);
        world.x.unreachable(Duration.ofSeconds(30));
        world.x.dateWrongBy = request -> Duration.ofDays(1);
        world.x.onTheWay = (post, line) -> Broken.CUT.of(line);
        world.passSeconds(33);
        world.x.onTheWay = never();
        world.passMinutes(15);

        world.assertAllOnce();
        world.assertVerdicts(Verdict.COMPLETE);
    }

    @Test
    void aDateThatLeapsIsBelievedOnceASecondAnswerAgrees() {
        world.clockAhead = Duration.ofMinutes(-10);
        posts(1);
        world.start().passSeconds(30);

        assertThat(world.events(RecoveryEvent.SkewLearned.class))
                .singleElement()
                .satisfies(learned ->
                        assertThat(learned.skew()).isBetween(Duration.ofSeconds(598), Duration.ofSeconds(602)));
        world.passMinutes(2);
        world.x.unreachable(Duration.ofSeconds(30));
        world.passMinutes(10);
        world.assertAllOnce();
    }

    @Test
    void aClockSetWhileTheProcessWasDownIsNotConfirmedByOneDateThatWasChangedOnTheWay() {
        posts(1);
        world.start().passMinutes(2);
        world.kill();
        world.clockAhead = Duration.ofMinutes(-10);
        world.passMinutes(20);
        // By chance, the changed date makes the clock look as right as it was before.
        world.x.dateWrongBy = request -> request.isRules() ? Duration.ZERO : Duration.ofSeconds(-620);
        world.start().passMinutes(30);

        world.assertAllOnce();
        assertThat(world.gaps()).allMatch(gap -> gap.verdict() == Verdict.COMPLETE);
    }

    @Test
    void aDateThatWasChangedOnTheWayIsNotBelieved() {
        posts(1);
        world.start().passMinutes(2);
        world.x.dateWrongBy = request -> Duration.ofDays(1);
        world.x.unreachable(Duration.ofSeconds(30));
        world.passMinutes(10);

        assertThat(world.events(RecoveryEvent.SkewLearned.class)).isEmpty();
        world.assertAllOnce();
        assertThat(world.gap().verdict()).isEqualTo(Verdict.COMPLETE);
    }
}
