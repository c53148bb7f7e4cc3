package io.gapless.recovery;

import static io.gapless.recovery.World.START;
import static org.assertj.core.api.Assertions.assertThat;

import io.gapless.recovery.SimulatedX.Asked;
import io.gapless.recovery.SimulatedX.Right;
import io.gapless.recovery.state.Notes;
import io.gapless.recovery.state.Refusal;
import io.gapless.stream.seam.Ending;
import java.time.Duration;
import java.time.Instant;
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

    private void downFor(Duration length) {
        world.start().passMinutes(5);
        world.kill().pass(length);
        world.start();
    }

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
        assertThat(world.gap().verdict()).isEqualTo(Verdict.COMPLETE);
        world.assertAllOnce();
    }

    @ParameterizedTest
    @EnumSource(names = {"REFUSED_400", "REFUSED_403"})
    void aRefusedJobIsToldOnceAndItsChunkIsSearched(Right refused) {
        x.posts.steady(START, START.plus(Duration.ofMinutes(60)), 0.5);
        x.jobRight = refused;
        downFor(Duration.ofMinutes(15));
        world.passMinutes(20);
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
        assertThat(world.gap().verdict()).isEqualTo(Verdict.COMPLETE);
        world.assertAllOnce();
    }

    @Test
    void aRefusalIsNotedWithItsDateAndWhatWasRefusedIsAskedForAgainAfterARestart() {
        x.posts.steady(START, START.plus(Duration.ofMinutes(60)), 0.5);
        x.backfill = Right.REFUSED_403;
        world.start().passMinutes(5);
        x.unreachable(Duration.ofSeconds(40));
        world.passMinutes(5);
        Optional<Refusal> noted = refusal(Notes.RECOVERY_REFUSED);
        assertThat(noted).hasValueSatisfying(refusal -> {
            assertThat(refusal.at()).isBetween(START.plusSeconds(300), START.plusSeconds(360));
            assertThat(refusal.why()).contains("403");
        });
        x.drop(Ending.Kind.RESET);
        world.passMinutes(2);
        assertThat(x.backfillsAsked()).as("within a day").containsExactly(0, 2, 0, 0);
        world.kill().passSeconds(30);
        world.start().passMinutes(3);
        assertThat(x.backfillsAsked()).as("after a restart").hasSize(6).endsWith(2, 0);
        x.backfill = Right.GRANTED;
        world.kill().passSeconds(30);
        world.start().passMinutes(3);
        assertThat(refusal(Notes.RECOVERY_REFUSED)).as("granted again").isEmpty();
    }

    private Optional<Refusal> refusal(String name) {
        return Refusal.parse(world.store.remembered().notes().get(name));
    }

    @Test
    void jobSlotsThatAreTakenForMinutesDelayTheJobAndNothingElse() {
        x.posts.steady(START, START.plus(Duration.ofMinutes(60)), 0.5);
        x.jobsMax = 0;
        downFor(Duration.ofMinutes(15));
        world.passMinutes(5);
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
        assertThat(world.gap().verdict()).isEqualTo(Verdict.COMPLETE);
        world.assertAllOnce();
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
        assertThat(ppu.gap().verdict()).isEqualTo(Verdict.COMPLETE);
        ppu.assertAllOnce();
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
                .matches("rules changed between 2026-11-22T12:0\\S+Z and 2026-11-22T12:1\\d:\\d\\d(\\.\\d{3})?Z");
        assertThat(world.events(RecoveryEvent.GapClosed.class)).hasSize(1);
        world.assertAllOnce();
    }

    @Test
    void anEndThatXTakesForTooFreshIsAskedForAgainAndIsNoRefusal() {
        x.posts.steady(START, START.plus(Duration.ofMinutes(60)), 0.5);
        answers(Asked::isJob, SimulatedX.invalid("end_time"), Duration.ofMinutes(17));
        downFor(Duration.ofMinutes(10));
        world.passMinutes(25);
        assertThat(world.gaps()).isNotEmpty();
        List<StepRun> jobs = world.gap().steps().stream()
                .filter(run -> run.step().method() == RecoveryMethod.RECOVERY_JOB)
                .toList();
        assertThat(jobs).isNotEmpty();
        assertThat(world.gap().verdict()).isEqualTo(Verdict.COMPLETE);
        world.assertAllOnce();
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
                .satisfies(run -> assertThat(run.note())
                        .matches("\\d minutes? asked for; nothing that came proves .*, so the next method is asked"));
        assertThat(auto.gap().verdict()).isEqualTo(Verdict.COMPLETE);
    }
}
