package io.gapless.recovery;

import static io.gapless.recovery.World.START;
import static org.assertj.core.api.Assertions.assertThat;

import io.gapless.recovery.SimulatedX.Asked;
import io.gapless.recovery.SimulatedX.Right;
import io.gapless.recovery.ledger.Gap.StepRun;
import io.gapless.recovery.ledger.Gap.Verdict;
import io.gapless.recovery.ledger.RecoveryMethod;
import io.gapless.recovery.state.NoteNames;
import io.gapless.recovery.state.Refusal;
import io.gapless.stream.Health;
import io.gapless.stream.event.StreamEvent;
import io.gapless.stream.seam.Ending;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** X says no, or nonsense, while a gap is being closed: each is told by an event, and stands in the ledger. */
class BadAnswersTimelinesTest {
    private final World world = World.enterprise();
    private final SimulatedX x = world.x;

    private void answers(Predicate<Asked> which, SimulatedX.Refusal refusal, Duration length) {
        Instant until = world.now().plus(length);
        x.meddler = request ->
                which.test(request) && request.at().isBefore(until) ? Optional.of(refusal) : Optional.empty();
    }

    @ParameterizedTest
    @EnumSource(names = {"REFUSED_400", "REFUSED_403"})
    void aRefusedBackfillIsToldOnceAndTheGapIsSearched(Right refused) {
        x.posts.steady(START, START.plus(Duration.ofMinutes(30)), 0.5);
        x.backfill = refused;
        world.start().passMinutes(5);
        x.unreachable(Duration.ofSeconds(40));
        world.passMinutes(10);
        assertThat(x.backfillsAsked()).containsExactly(0, 2, 0);
        assertThat(world.events(RecoveryEvent.RecoveryRefused.class)).hasSize(1);
        assertThat(world.gap().steps()).extracting(run -> run.step().method()).containsOnly(RecoveryMethod.SEARCH);
        world.assertGapRecovered();
    }

    @ParameterizedTest
    @EnumSource(names = {"REFUSED_400", "REFUSED_403"})
    void aRefusedJobIsToldOnceAndItsChunkIsSearched(Right refused) {
        x.posts.steady(START, START.plus(Duration.ofMinutes(60)), 0.5);
        x.jobRight = refused;
        world.downFor(Duration.ofMinutes(15)).passMinutes(20);
        assertThat(world.events(RecoveryEvent.RecoveryRefused.class)).hasSize(1);
        assertThat(world.gap().steps())
                .filteredOn(run -> run.step().method() == RecoveryMethod.RECOVERY_JOB)
                .isNotEmpty()
                .allSatisfy(run -> {
                    assertThat(run.state()).isEqualTo(StepRun.State.FAILED);
                    assertThat(run.note()).contains(refused == Right.REFUSED_400 ? "400" : "403");
                });
        assertThat(world.gap().steps())
                .filteredOn(run -> run.step().method() == RecoveryMethod.SEARCH)
                .isNotEmpty();
        world.assertGapRecovered();
    }

    @Test
    void aRefusalIsNotedWithItsDateAndWhatWasRefusedIsAskedForAgainAfterARestart() {
        x.posts.steady(START, START.plus(Duration.ofMinutes(60)), 0.5);
        x.backfill = Right.REFUSED_403;
        world.start().passMinutes(5);
        x.unreachable(Duration.ofSeconds(40));
        world.passMinutes(5);
        Optional<Refusal> noted = refusal(NoteNames.RECOVERY_REFUSED);
        assertThat(noted).hasValueSatisfying(refusal -> {
            assertThat(refusal.at()).isBetween(START.plusSeconds(300), START.plusSeconds(360));
            assertThat(refusal.why()).contains("403");
        });
        x.drop(Ending.Kind.RESET);
        world.passMinutes(3);
        assertThat(x.backfillsAsked()).as("within a day").containsExactly(0, 2, 0, 0);
        world.kill().passSeconds(30);
        world.start().passMinutes(3);
        assertThat(x.backfillsAsked())
                .as("after a restart, since the user says that it is Enterprise access")
                .hasSize(6)
                .endsWith(2, 0);
        x.backfill = Right.GRANTED;
        world.kill().passSeconds(30);
        world.start().passMinutes(3);
        assertThat(refusal(NoteNames.RECOVERY_REFUSED)).as("granted again").isEmpty();
    }

    @Test
    void whoHasBeenGivenTheBacklogIsNotRefusedTheStreamForGood() {
        World since = new World(builder -> builder.access(Access.ENTERPRISE).since(START.minus(Duration.ofHours(1))));
        since.x.posts.steady(START, START.plus(Duration.ofMinutes(60)), 0.5);
        since.start().passMinutes(5);
        assertThat(since.x.backfillsAsked()).doesNotContain(0);
        Instant until = since.now().plus(Duration.ofMinutes(10));
        String problem = "{\"title\":\"Unprocessable\",\"type\":\"about:blank\",\"status\":422}";
        since.x.meddler = asked -> asked.isStream() && asked.at().isBefore(until)
                ? Optional.of(SimulatedX.Refusal.of(422, problem))
                : Optional.empty();
        since.x.drop(Ending.Kind.RESET);
        since.passMinutes(40);
        assertThat(since.events(StreamEvent.Failed.class)).isEmpty();
        since.assertAllOnce();
    }

    private Optional<Refusal> refusal(String name) {
        return Refusal.parse(world.store.remembered().notes().get(name));
    }

    @Test
    void jobSlotsThatAreTakenForMinutesDelayTheJobAndNothingElse() {
        x.posts.steady(START, START.plus(Duration.ofMinutes(60)), 0.5);
        x.jobsMax = 0;
        world.downFor(Duration.ofMinutes(15)).passMinutes(5);
        assertThat(world.gap().steps())
                .filteredOn(run -> run.step().method() == RecoveryMethod.RECOVERY_JOB)
                .extracting(StepRun::state)
                .containsOnly(StepRun.State.RUNNING);
        x.jobsMax = 2;
        world.passMinutes(20);
        assertThat(world.events(RecoveryEvent.RecoveryRefused.class)).isEmpty();
        assertThat(world.events(RecoveryEvent.StepEnded.class))
                .anySatisfy(ended -> assertThat(ended.run().step().method()).isEqualTo(RecoveryMethod.RECOVERY_JOB));
        assertThat(x.searchesAsked()).isEmpty();
        world.assertGapRecovered();
    }

    @ParameterizedTest
    @CsvSource({"429, ''", "503, Service Unavailable", "503, <html>over capacity</html>", "200, <html>hotel</html>"})
    void searchThatAnswersNonsenseForMinutesIsWaitedOut(int status, String body) {
        World ppu = World.payPerUse();
        ppu.x.posts.steady(START, START.plus(Duration.ofHours(2)), 0.3);
        ppu.start().passMinutes(5);
        ppu.kill().passMinutes(15);
        Instant until = ppu.now().plus(Duration.ofMinutes(8));
        ppu.x.meddler = request -> request.isSearch() && request.at().isBefore(until)
                ? Optional.of(SimulatedX.Refusal.of(status, body))
                : Optional.empty();
        ppu.start().passMinutes(40);
        assertThat(ppu.x.searchesAsked().size()).isLessThan(60);
        assertThat(ppu.events(RecoveryEvent.StepEnded.class)).isNotEmpty();
        ppu.assertGapRecovered();
    }

    @Test
    void aRuleThatIsDeletedDuringTheGapMakesItDoubtful() {
        x.posts.steady(START, START.plus(Duration.ofMinutes(60)), 0.5);
        x.rules.put("2", "from:dogs");
        world.start().passMinutes(5);
        world.kill().passMinutes(10);
        x.rules.remove("2");
        world.start().passMinutes(20);
        assertThat(world.gap().verdict()).isEqualTo(Verdict.DOUBTFUL);
        assertThat(world.gap().reason())
                .matches(
                        "the rules on X changed between 2026-11-22T12:0\\S+Z and 2026-11-22T12:1\\d:\\d\\d(\\.\\d{3})?Z");
        assertThat(world.events(RecoveryEvent.GapClosed.class)).hasSize(1);
        world.assertAllOnce();
    }

    @Test
    void anEndThatXTakesForTooFreshIsAskedForAgainAndIsNoRefusal() {
        x.posts.steady(START, START.plus(Duration.ofMinutes(60)), 0.5);
        answers(Asked::isJob, SimulatedX.invalid("end_time"), Duration.ofMinutes(17));
        world.downFor(Duration.ofMinutes(10)).passMinutes(25);
        assertThat(world.gaps()).isNotEmpty();
        List<StepRun> jobs = world.gap().steps().stream()
                .filter(run -> run.step().method() == RecoveryMethod.RECOVERY_JOB)
                .toList();
        assertThat(jobs).isNotEmpty();
        world.assertGapRecovered();
    }

    @Test
    void aBackfillThatProvesNothingSaysSoInTheLedger() {
        World auto = new World();
        auto.x.posts.steady(START, START.plusSeconds(1_200), 2);
        auto.x.backfill = Right.IGNORED;
        auto.start().passMinutes(3);
        auto.x.unreachable(Duration.ofSeconds(40));
        auto.passMinutes(10);
        assertThat(auto.gap().steps())
                .filteredOn(run -> run.state() == StepRun.State.FAILED)
                .singleElement()
                .satisfies(
                        run -> assertThat(run.note())
                                .matches(
                                        "\\d minutes? requested; .* proves that backfill works .*, so the next method follows"));
        assertThat(auto.gap().verdict()).isEqualTo(Verdict.COMPLETE);
    }

    // ---- answers that are not X's last word ------------------------------------------------------------------------

    @Test
    void searchThatIsAnsweredByPagesAndRefusalsForMinutesRecoversTheGapAfterwards() {
        World ppu = World.payPerUse();
        ppu.x.posts.steady(START, START.plus(Duration.ofHours(2)), 0.3);
        List<SimulatedX.Refusal> answers = new ArrayList<>(List.of(
                SimulatedX.page(403), SimulatedX.page(404), SimulatedX.Refusal.of(401, ""), SimulatedX.forbidden()));
        ppu.x.meddler =
                request -> request.isSearch() && !answers.isEmpty() ? Optional.of(answers.remove(0)) : Optional.empty();
        ppu.downFor(Duration.ofMinutes(15)).passMinutes(5);
        assertThat(ppu.gap().verdict()).isEqualTo(Verdict.OPEN);
        assertThat(ppu.gap().lost()).isEmpty();
        assertThat(ppu.events(RecoveryEvent.MethodParked.class).get(0).describe())
                .contains("HTTP 403 (text/html", "Sorry, you have been blocked");
        ppu.passMinutes(30);
        ppu.assertGapRecovered();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "400 | ''",
                "400 | {\"title\":\"Invalid Request\",\"detail\":\"One or more parameters to your request was invalid.\"}",
                "400 | <html><h1>400 Bad Request</h1></html>",
                "400 | Bad request",
                "404 | {\"title\":\"Not Found\",\"type\":\"about:blank\",\"status\":404}",
                "422 | {\"title\":\"Unprocessable\",\"type\":\"about:blank\",\"status\":422}"
            })
    void aBackfillThatIsRefusedWithoutItsNameIsLeftOutAndRememberedOverARestart(int status, String body) {
        World auto = new World();
        auto.x.posts.steady(START, START.plus(Duration.ofHours(30)), 0.05);
        auto.x.meddler = request -> request.query().containsKey("backfill_minutes")
                ? Optional.of(SimulatedX.Refusal.of(status, body))
                : Optional.empty();
        auto.start().passMinutes(3);
        auto.x.unreachable(Duration.ofSeconds(40));
        auto.passMinutes(10);
        assertThat(auto.x.backfillsAsked()).containsExactly(0, 2, 0);
        auto.kill().passSeconds(30);
        auto.start().passMinutes(10);
        assertThat(auto.x.backfillsAsked()).as("after a restart").containsExactly(0, 2, 0, 0);
        assertThat(auto.events(RecoveryEvent.RecoveryRefused.class)).hasSize(1);
        auto.assertVerdicts(Verdict.COMPLETE);
        auto.passHours(24);
        auto.x.drop(Ending.Kind.RESET);
        auto.passMinutes(10);
        assertThat(auto.x.backfillsAsked()).as("a day later").endsWith(2, 0);
        auto.assertGapsRecovered();
    }

    @Test
    void aBackfillThatIsRefusedAtTheFirstConnectOfAProcessDoesNotEndIt() {
        World auto = new World();
        auto.x.posts.steady(START, START.plus(Duration.ofHours(1)), 0.5);
        auto.start().passMinutes(3);
        auto.kill().passSeconds(30);
        auto.x.meddler = request -> request.query().containsKey("backfill_minutes")
                ? Optional.of(SimulatedX.Refusal.of(400, ""))
                : Optional.empty();
        auto.start().passMinutes(10);
        assertThat(auto.x.backfillsAsked()).containsExactly(0, 2, 0);
        auto.assertGapsRecovered();
    }

    @Test
    void aCdnsPageAtAReconnectParksTheStreamAndEnterpriseKeepsItsEntitlement() {
        x.posts.steady(START, START.plus(Duration.ofHours(4)), 0.5);
        world.start().passMinutes(3);
        x.unreachable(Duration.ofSeconds(40));
        world.passHours(1);
        answers(Asked::isStream, SimulatedX.page(403), Duration.ofMinutes(6));
        x.drop(Ending.Kind.RESET);
        world.passSeconds(10);
        assertThat(world.stream().health().state()).isEqualTo(Health.State.PARKED);
        world.passMinutes(30);
        assertThat(world.events(StreamEvent.Failed.class)).isEmpty();
        assertThat(world.events(RecoveryEvent.RecoveryRefused.class)).isEmpty();
        assertThat(x.backfillsAsked()).as("asked again with a backfill").endsWith(5, 0, 2);
        world.assertGapsRecovered();
    }

    @Test
    void aPageInAJobsPlaceIsFollowedBySearchAtOnceAndRefusesNothing() {
        x.posts.steady(START, START.plus(Duration.ofHours(2)), 0.5);
        answers(Asked::isJob, SimulatedX.page(403), Duration.ofMinutes(60));
        world.downFor(Duration.ofMinutes(15)).passMinutes(20);
        assertThat(world.events(RecoveryEvent.RecoveryRefused.class)).isEmpty();
        assertThat(world.gap().steps())
                .filteredOn(run -> run.state() == StepRun.State.REFUSED)
                .extracting(run -> run.step().method())
                .containsOnly(RecoveryMethod.RECOVERY_JOB);
        world.assertGapRecovered();
    }

    @Test
    void withJobsAndSearchBlockedTheGapStaysOpenAndBothAreAskedAgain() {
        x.posts.steady(START, START.plus(Duration.ofHours(4)), 0.5);
        answers(request -> request.isJob() || request.isSearch(), SimulatedX.page(403), Duration.ofMinutes(100));
        world.downFor(Duration.ofMinutes(15)).passMinutes(60);
        assertThat(world.gap().verdict()).isEqualTo(Verdict.OPEN);
        int asked = x.jobsAsked().size() + x.searchesAsked().size();
        assertThat(asked).as("1, 2, 5, then every 15 min, by each").isBetween(8, 20);
        world.passMinutes(60);
        world.assertGapRecovered();
    }

    @Test
    void aTokenThatIsReplacedWhileXRefusesTheKnownOneIsParkedToo() {
        String[] token = {"token"};
        World rotating = new World(builder -> builder.bearerToken(() -> token[0]));
        rotating.x.posts.steady(START, START.plus(Duration.ofHours(2)), 0.5);
        rotating.start().passMinutes(5);
        rotating.kill().passSeconds(30);
        Instant until = rotating.now().plus(Duration.ofMinutes(40));
        rotating.x.meddler = request -> request.isStream() && request.at().isBefore(until)
                ? Optional.of(SimulatedX.forbidden())
                : Optional.empty();
        rotating.start().passMinutes(5);
        token[0] = "another";
        rotating.passMinutes(60);
        assertThat(rotating.events(StreamEvent.Failed.class)).isEmpty();
        rotating.assertGapsRecovered();
    }

    @Test
    void aSpendCapParksEverythingUntilTheResetThatXNames() {
        World ppu = World.payPerUse();
        ppu.x.posts.steady(START, START.plus(Duration.ofHours(8)), 0.1);
        ppu.start().passMinutes(5);
        Instant reset = ppu.now().plus(Duration.ofMinutes(187));
        ppu.x.meddler =
                request -> request.at().isBefore(reset) ? Optional.of(SimulatedX.spent(reset)) : Optional.empty();
        ppu.x.drop(Ending.Kind.RESET);
        ppu.passMinutes(10);
        assertThat(ppu.stream().health().state()).isEqualTo(Health.State.PARKED);
        assertThat(ppu.x.liveAsked()).hasSizeLessThan(6);
        ppu.pass(Duration.between(ppu.now(), reset.plusSeconds(60)));
        assertThat(ppu.stream().health().state()).as("at the reset").isEqualTo(Health.State.LIVE);
        ppu.passMinutes(30);
        ppu.assertGapsRecovered();
    }

    @Test
    void aWindowThatAJobHasFoundUsedUpIsWaitedForByLiveToo() {
        x.posts.steady(START, START.plus(Duration.ofHours(1)), 0.5);
        world.start().passMinutes(5);
        world.kill().passMinutes(15);
        Instant reset = world.now().plus(Duration.ofMinutes(10));
        x.meddler = request -> request.isJob() && request.at().isBefore(reset)
                ? Optional.of(SimulatedX.rateLimited(reset))
                : Optional.empty();
        world.start().passMinutes(3);
        assertThat(x.jobsAsked()).as("one is limited, and the others wait").hasSizeLessThan(3);
        int connects = x.liveAsked().size();
        x.drop(Ending.Kind.RESET);
        world.pass(Duration.between(world.now(), reset.minusSeconds(1)));
        assertThat(x.liveAsked()).hasSize(connects);
        world.passSeconds(5);
        assertThat(x.liveAsked()).hasSize(connects + 1);
        world.passMinutes(20);
        world.assertGapsRecovered();
    }
}
