package io.gapless.recovery.plan;

import static org.assertj.core.api.Assertions.assertThat;

import io.gapless.recovery.ledger.LostSpan;
import io.gapless.recovery.ledger.RecoveryMethod;
import io.gapless.recovery.ledger.RecoveryPlan;
import io.gapless.recovery.ledger.RecoveryPlan.Step;
import io.gapless.recovery.ledger.Span;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The decision table as a table, and what holds of every plan. */
class RecoveryPlannerTest {
    private static final Instant NOW = Instant.parse("2026-11-22T12:00:00.700Z");
    private static final Duration OVERLAP = Duration.ofSeconds(60);

    private static final Abilities ENTERPRISE = new Abilities(true, true, true, false);
    private static final Abilities UNKNOWN = new Abilities(true, false, true, false);
    private static final Abilities PAY_PER_USE = new Abilities(false, false, true, false);
    private static final Abilities WITH_ARCHIVE = new Abilities(false, false, true, true);

    private static Abilities abilities(String access) {
        return switch (access) {
            case "ENTERPRISE" -> ENTERPRISE;
            case "UNKNOWN" -> UNKNOWN;
            case "PAY_PER_USE" -> PAY_PER_USE;
            case "WITH_ARCHIVE" -> WITH_ARCHIVE;
            default -> throw new AssertionError(access);
        };
    }

    /** An outage of that length that ends now. */
    private static Span outage(Duration length) {
        return new Span(NOW.minus(length).minus(OVERLAP), NOW.plus(OVERLAP));
    }

    @ParameterizedTest(name = "{0} s of outage, {1}: {2}")
    @CsvSource({
        "1,      ENTERPRISE,  2",
        "40,     ENTERPRISE,  2",
        "90,     ENTERPRISE,  3",
        "200,    ENTERPRISE,  5",
        "299,    ENTERPRISE,  5",
        "301,    ENTERPRISE,  2",
        "86400,  ENTERPRISE,  2",
        "40,     UNKNOWN,     2",
        "301,    UNKNOWN,     5",
        "86400,  UNKNOWN,     5",
        "40,     PAY_PER_USE, 0",
        "86400,  PAY_PER_USE, 0",
    })
    void aConnectAsksForAsManyMinutesAsTheOutageNeeds(long seconds, String access, int minutes) {
        OptionalInt asked = RecoveryPlanner.backfillMinutes(
                List.of(outage(Duration.ofSeconds(seconds))), OVERLAP, abilities(access), NOW);
        assertThat(asked.orElse(0)).isEqualTo(minutes);
    }

    @Test
    void olderGapsThatJobsSeeToDoNotMakeTheBackfillLonger() {
        List<Span> open = List.of(
                new Span(NOW.minus(Duration.ofDays(6)), NOW.minusSeconds(3_600)), outage(Duration.ofSeconds(30)));
        assertThat(RecoveryPlanner.backfillMinutes(open, OVERLAP, ENTERPRISE, NOW))
                .hasValue(2);
    }

    @ParameterizedTest(name = "{0} s of outage, {1}: {2}")
    @CsvSource({
        "40,      ENTERPRISE,   RECOVERY_JOB",
        "2400,    ENTERPRISE,   RECOVERY_JOB",
        "7300,    ENTERPRISE,   RECOVERY_JOB RECOVERY_JOB",
        "108000,  ENTERPRISE,   SEARCH RECOVERY_JOB*12",
        "777600,  ENTERPRISE,   lost SEARCH RECOVERY_JOB*12",
        "40,      UNKNOWN,      SEARCH",
        "2400,    PAY_PER_USE,  SEARCH",
        "108000,  PAY_PER_USE,  SEARCH",
        "777600,  PAY_PER_USE,  lost SEARCH",
        "777600,  WITH_ARCHIVE, ARCHIVE_SEARCH SEARCH",
    })
    void whatIsMissingIsFetchedByTheMethodsOfItsAge(long seconds, String access, String methods) {
        RecoveryPlan plan = RecoveryPlanner.plan(List.of(outage(Duration.ofSeconds(seconds))), abilities(access), NOW);
        List<String> expected = new ArrayList<>();
        for (String method : methods.split(" ")) {
            String[] times = method.split("\\*");
            for (int i = 0; i < (times.length == 1 ? 1 : Integer.parseInt(times[1])); i++) expected.add(times[0]);
        }
        List<String> planned = new ArrayList<>();
        plan.lost().forEach(lost -> planned.add("lost"));
        plan.steps().forEach(step -> planned.add(step.method().name()));
        assertThat(planned).isEqualTo(expected);
    }

    @Test
    void everyPlanCoversWhatIsMissingOrNamesItAsLostAndStaysWithinXsWindows() {
        for (int seed = 0; seed < 5_000; seed++) {
            Random chance = new Random(seed);
            Abilities abilities =
                    new Abilities(chance.nextBoolean(), chance.nextBoolean(), true, chance.nextInt(4) == 0);
            // Our idea of X's time is right to about two seconds.
            Instant xNow = NOW.plusMillis(chance.nextInt(4_000) - 2_000);
            List<Span> missing = missing(chance);
            RecoveryPlan plan = RecoveryPlanner.plan(missing, abilities, NOW);
            String why = "seed " + seed + ": " + plan.describe();
            assertCovered(missing, plan, why);
            for (Step step : plan.steps()) assertServed(step, abilities, xNow, why);
            for (LostSpan lost : plan.lost()) {
                assertThat(lost.span().until())
                        .as(why)
                        .isBefore(NOW.minus(Duration.ofDays(7)).plusSeconds(120));
                assertThat(abilities.archiveSearch()).as(why).isFalse();
            }
        }
    }

    private static List<Span> missing(Random chance) {
        List<Span> missing = new ArrayList<>();
        Instant at = NOW.minus(Duration.ofMillis((long) (chance.nextDouble() * 9 * 86_400_000)));
        while (at.isBefore(NOW) && missing.size() < 5) {
            long rest = Duration.between(at, NOW).toMillis() + 60_000;
            Instant until = at.plusMillis(1 + (long) (chance.nextDouble() * rest));
            missing.add(new Span(at, until));
            at = until.plusMillis(chance.nextInt(3_600_000));
        }
        return missing;
    }

    private static void assertCovered(List<Span> missing, RecoveryPlan plan, String why) {
        List<Span> steps = plan.steps().stream().map(Step::span).toList();
        List<Span> lost = plan.lost().stream().map(LostSpan::span).toList();
        for (Span gap : missing) {
            List<Span> rest = gap.minus(steps);
            for (Span part : rest) assertThat(part.minus(lost)).as(why).isEmpty();
        }
        // Lost is exactly what no step brings, but for the second that a step is rounded by.
        for (Span part : lost) {
            for (Step step : plan.steps()) {
                step.span()
                        .common(part)
                        .ifPresent(both -> assertThat(both.length()).as(why).isLessThan(Duration.ofSeconds(1)));
            }
        }
    }

    /** What X's documents ask of a request, at the first moment at which it may be made. */
    private static void assertServed(Step step, Abilities abilities, Instant xNow, String why) {
        Span span = step.span();
        assertThat(span.from().getNano() + span.until().getNano()).as(why).isZero();
        Duration late = Duration.between(NOW, step.notBefore());
        Instant xThen = late.isNegative() ? xNow : xNow.plus(late);
        switch (step.method()) {
            case RECOVERY_JOB -> {
                assertThat(abilities.jobs()).as(why).isTrue();
                assertThat(span.length()).as(why).isLessThanOrEqualTo(Duration.ofHours(2));
                assertThat(span.until()).as(why).isBeforeOrEqualTo(xThen.minusSeconds(58));
                assertThat(span.from())
                        .as(why)
                        .isAfter(xNow.minus(Duration.ofHours(24)).plusSeconds(30));
            }
            case SEARCH -> {
                assertThat(span.until()).as(why).isBeforeOrEqualTo(xThen.minusSeconds(8));
                assertThat(span.from())
                        .as(why)
                        .isAfter(xNow.minus(Duration.ofDays(7)).plusSeconds(30));
            }
            case ARCHIVE_SEARCH -> assertThat(abilities.archiveSearch()).as(why).isTrue();
            case BACKFILL -> throw new AssertionError("a plan after the connect asks for no backfill: " + why);
        }
    }

    @Test
    void whatRulesDoNotDecideIsNotSearchedFor() {
        Abilities jobsOnly = new Abilities(true, true, false, false);
        RecoveryPlan young = RecoveryPlanner.plan(List.of(new Span(NOW.minusSeconds(3_600), NOW)), jobsOnly, NOW);
        RecoveryPlan old = RecoveryPlanner.plan(
                List.of(new Span(NOW.minus(Duration.ofDays(2)), NOW.minus(Duration.ofDays(1)))), jobsOnly, NOW);

        assertThat(young.steps()).extracting(Step::method).containsOnly(RecoveryMethod.RECOVERY_JOB);
        assertThat(young.lost()).isEmpty();
        assertThat(old.lost()).extracting(LostSpan::reason).containsOnly(RecoveryPlanner.NOT_SEARCHABLE);
    }

    @Test
    void aStreamWithoutRulesAndJobsLosesWhatABackfillDoesNotReach() {
        Abilities backfillOnly = new Abilities(true, false, false, false);
        RecoveryPlan plan = RecoveryPlanner.plan(List.of(new Span(NOW.minusSeconds(900), NOW)), backfillOnly, NOW);

        assertThat(plan.steps()).isEmpty();
        assertThat(plan.lost()).extracting(LostSpan::reason).containsOnly(RecoveryPlanner.NOT_SEARCHABLE);
    }
}
