package io.gapless.recovery;

import static io.gapless.recovery.World.START;
import static org.assertj.core.api.Assertions.assertThat;

import io.gapless.recovery.ledger.DoubtfulSpan;
import io.gapless.recovery.ledger.DoubtfulSpan.Doubt;
import io.gapless.recovery.ledger.Gap;
import io.gapless.recovery.ledger.Gap.Verdict;
import io.gapless.recovery.ledger.RecoveryMethod;
import io.gapless.recovery.ledger.Span;
import io.gapless.stream.event.StreamEvent;
import io.gapless.stream.post.Snowflake;
import io.gapless.stream.rules.RuleSet;
import io.gapless.stream.seam.Ending;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Rules that vanish while the connection stays healthy. */
class RulesTimelinesTest {
    private static final Duration HOUR = Duration.ofHours(1);

    private final World world = new World(builder -> builder.access(Access.ENTERPRISE)
            .rules(RuleSet.of("cats", "from:cats"))
            .maxRecoveredPosts(100_000));
    private final SimulatedX x = world.x;

    /** Posts that match no rule are not sent. */
    private void anotherProgramDeletesOurRule() {
        x.rules.clear();
    }

    @Test
    void whatOnlyAMissingRuleMatchesIsFoundBySearchAndNotByAJob() {
        x.posts.steady(START, START.plus(HOUR), 0.5);
        world.start().passMinutes(12);
        Instant deletedAt = world.time.instant();
        anotherProgramDeletesOurRule();
        world.passMinutes(6);

        StreamEvent.RulesRestored restored =
                world.events(StreamEvent.RulesRestored.class).get(0);
        assertThat(restored.rules()).containsExactly("gapless:cats");
        assertThat(restored.lastSeenAt()).isBetween(deletedAt.minus(Duration.ofMinutes(5)), deletedAt);
        assertThat(x.rules).containsValue("from:cats");

        world.passMinutes(3);
        Gap gap = world.gap();
        assertThat(gap.cause()).isEqualTo("rules of this stream were missing on X");
        assertThat(gap.span().from()).isBeforeOrEqualTo(restored.lastSeenAt());
        assertThat(gap.span().until()).isAfter(restored.at());
        assertThat(gap.steps()).extracting(run -> run.step().method()).containsOnly(RecoveryMethod.SEARCH);
        assertThat(x.jobsAsked()).isEmpty();
        world.assertAllOnce();
    }

    @Test
    void whatWasSearchedForWhileARuleWasMissingIsSearchedForAgain() {
        World world = declared(Access.PAY_PER_USE);
        world.start().passMinutes(12);
        world.x.unreachable(Duration.ofMinutes(4));
        anotherProgramDeletesTheDogs(world.x);
        world.passMinutes(20);
        assertThat(world.events(StreamEvent.RulesRestored.class)).hasSize(1);
        world.assertAllOnce();
    }

    @Test
    void rulesThatCannotBeAskedForAreTriedTwiceAMinuteAlsoIfTheyWereKnownBefore() {
        AtomicBoolean noToken = new AtomicBoolean();
        AtomicInteger tries = new AtomicInteger();
        World world = declared(Access.PAY_PER_USE)
                .with(builder -> builder.bearerToken(() -> {
                    if (!noToken.get()) return "token";
                    tries.incrementAndGet();
                    throw new IllegalStateException("no token today");
                }));
        world.start().passMinutes(12);
        world.x.unreachable(Duration.ofMinutes(4));
        world.passMinutes(20);
        anotherProgramDeletesTheDogs(world.x);
        world.x.meddler = asked -> {
            // Once the rule is back, and before search has asked for the rules.
            if (asked.place().startsWith("POST")) noToken.set(true);
            return Optional.empty();
        };
        world.passMinutes(10);
        assertThat(world.events(StreamEvent.RulesRestored.class)).hasSize(1);
        assertThat(tries).hasValueBetween(10, 60);

        world.x.meddler = asked -> Optional.empty();
        noToken.set(false);
        world.passMinutes(20);
        world.assertAllOnce();
    }

    @Test
    void whatAJobBroughtWhileARuleWasMissingIsSearchedFor() {
        World world = declared(Access.ENTERPRISE);
        world.start().passMinutes(12);
        world.x.jobsAnswerLater = Duration.ofSeconds(12);
        // Longer than ids are remembered for posts that nothing is to bring any more.
        world.x.unreachable(Duration.ofMinutes(150));
        world.passMinutes(150).passSeconds(10);
        anotherProgramDeletesTheDogs(world.x);
        world.passMinutes(20);
        assertThat(world.x.jobsAsked()).isNotEmpty();
        assertThat(world.events(StreamEvent.RulesRestored.class)).hasSize(1);
        world.assertAllOnce();
    }

    @Test
    void rulesThatVanishShortlyBeforeACrashAreMissingSinceTheyWereSeenLast() {
        World world = declared(Access.ENTERPRISE);
        world.start().passMinutes(12);
        anotherProgramDeletesTheDogs(world.x);
        world.passMinutes(2).kill().passSeconds(30);
        world.start().passMinutes(12);
        assertThat(world.events(StreamEvent.RulesRestored.class)).hasSize(1);
        world.assertAllOnce();
    }

    @Test
    void rulesThatAnotherProgramDeletesAndAddsAgainBetweenTwoLooksWereMissing() {
        World world = declared(Access.ENTERPRISE);
        world.start().passMinutes(12);
        anotherProgramDeletesTheDogs(world.x);
        world.passMinutes(2);
        world.x.ruleBook.add("from:dogs", "gapless:dogs");
        world.passMinutes(12);
        assertThat(world.events(StreamEvent.RulesRestored.class))
                .singleElement()
                .satisfies(restored -> assertThat(restored.rules()).containsExactly("gapless:dogs"));
        world.assertAllOnce();
    }

    @Test
    void rulesThatWereAddedBackByAProcessWhoseDiskWasFullWereMissingForTheNext() {
        World world = declared(Access.ENTERPRISE);
        world.start().passMinutes(12);
        anotherProgramDeletesTheDogs(world.x);
        world.passMinutes(2);
        world.disk.full(true);
        world.passMinutes(3);
        assertThat(world.x.rules).containsValue("from:dogs");
        world.kill();
        world.disk.full(false);
        world.passSeconds(30).start().passMinutes(12);
        world.assertAllOnce();
    }

    @Test
    void anOutageRightAfterRulesCameBackLeavesTheirGapToSearch() {
        World world = declared(Access.ENTERPRISE);
        world.start().passMinutes(12);
        anotherProgramDeletesTheDogs(world.x);
        world.passSeconds(184);
        assertThat(world.events(StreamEvent.RulesRestored.class)).hasSize(1);
        world.x.drop(Ending.Kind.RESET);
        world.passMinutes(12);
        assertThat(world.x.backfillsAsked()).contains(2);
        world.assertAllOnce();
    }

    @Test
    void rulesThatTheirOwnerChangesWhileAGapIsStillBeingRecoveredMakeItDoubtful() {
        World undeclared = World.enterprise();
        undeclared.x.rules.put("2", "from:dogs");
        undeclared.x.posts.author("dogs").steady(START, START.plus(HOUR.multipliedBy(4)), 0.2);
        undeclared.start().passMinutes(5);
        undeclared.kill().passMinutes(40);
        undeclared.x.jobs = (request, number, wanted) -> SimulatedX.Played.silent(List.of());
        undeclared.start().passMinutes(1);
        Instant changedAt = undeclared.now();
        undeclared.x.rules.remove("2");
        // Until X's rules are listed again.
        undeclared.passMinutes(6);
        undeclared.x.jobs = (request, number, wanted) -> SimulatedX.Played.whole(wanted);
        undeclared.passMinutes(30);

        Set<Long> missing = undeclared.missing(START.plusSeconds(1), changedAt.minusSeconds(5));
        assertThat(missing).isNotEmpty();
        Gap gap = undeclared.gaps().get(0);
        assertThat(gap.doubtful()).extracting(DoubtfulSpan::doubt).contains(Doubt.RULES_CHANGED);
        assertThat(missing).allMatch(id -> gap.span().contains(Snowflake.time(id)));
    }

    @Test
    void rulesThatTheirOwnerChangesWithinAShortOutageMakeItDoubtful() {
        World undeclared = World.enterprise();
        undeclared.x.rules.put("2", "from:dogs");
        undeclared.x.posts.author("dogs").steady(START, START.plus(HOUR), 0.5);
        undeclared.start().passSeconds(330);
        undeclared.x.unreachable(Duration.ofSeconds(20));
        undeclared.passSeconds(15);
        Instant changedAt = undeclared.now();
        undeclared.x.rules.remove("2");
        undeclared.passMinutes(3);

        Set<Long> missing = undeclared.missing(START.plusSeconds(1), changedAt.minusSeconds(5));
        assertThat(missing).isNotEmpty();
        Gap gap = undeclared.gap();
        assertThat(gap.verdict()).isEqualTo(Verdict.DOUBTFUL);
        assertThat(gap.doubtful()).extracting(DoubtfulSpan::doubt).contains(Doubt.RULES_CHANGED);
        assertThat(missing).allMatch(id -> gap.span().contains(Snowflake.time(id)));
    }

    @Test
    void aGapThatBeginsBeforeTheLastChangeOfTheRulesIsDoubtfulUntilThatChange() {
        World undeclared = World.enterprise();
        undeclared.x.rules.put("2", "from:dogs");
        undeclared.x.posts.author("dogs").steady(START, START.plus(HOUR), 0.5);
        undeclared.x.posts.author("cats").steady(START, START.plus(HOUR), 0.5);
        undeclared.start().passMinutes(5);
        // What is received from now on is not handled, so the gap of the next start begins here.
        undeclared.handler = post -> {
            throw new IllegalStateException("the handler is down");
        };
        undeclared.passMinutes(5);
        Instant changedAt = undeclared.now();
        undeclared.x.rules.remove("2");
        undeclared.passMinutes(10);
        undeclared.kill();
        undeclared.handler = post -> {};
        undeclared.passMinutes(1).start().passMinutes(30);

        Set<Long> missing = undeclared.missing(START.plusSeconds(1), changedAt.minusSeconds(5));
        assertThat(missing).isNotEmpty();
        DoubtfulSpan doubtful = undeclared.gap().doubtful().get(0);
        assertThat(doubtful.doubt()).isEqualTo(Doubt.RULES_CHANGED);
        assertThat(missing).allMatch(id -> doubtful.span().contains(Snowflake.time(id)));
        assertThat(doubtful.span().until()).isBetween(changedAt, changedAt.plus(Duration.ofMinutes(6)));
    }

    @Test
    void rulesThatAreSeenToHaveChangedBeforeTheEndOfAnOutageIsCertainMakeAllOfItDoubtful() {
        World undeclared = World.enterprise();
        undeclared.x.rules.put("2", "from:dogs");
        undeclared.x.posts.author("dogs").steady(START, START.plus(HOUR), 0.5);
        undeclared.start().passMinutes(6);
        undeclared.x.unreachable(Duration.ofMinutes(15));
        undeclared.passMinutes(10);
        Instant changedAt = undeclared.now();
        undeclared.x.rules.remove("2");
        // A wrong date keeps the outage open until a second answer, and the list of the rules comes before that.
        undeclared.x.dateWrongBy = request -> Duration.ofMinutes(3);
        AtomicInteger refused = new AtomicInteger();
        undeclared.x.meddler = request ->
                "1".equals(request.query().get("max_results")) && refused.getAndIncrement() == 0
                        ? Optional.of(new SimulatedX.Refusal(503, "", Ending.Kind.COMPLETE))
                        : Optional.empty();
        undeclared.passMinutes(30);

        Set<Long> missing = undeclared.missing(START.plusSeconds(1), changedAt.minusSeconds(5));
        assertThat(missing).isNotEmpty();
        List<Span> doubtful = undeclared.gap().doubtful().stream()
                .filter(part -> part.doubt() == Doubt.RULES_CHANGED)
                .map(DoubtfulSpan::span)
                .toList();
        assertThat(missing).allMatch(id -> doubtful.stream().anyMatch(part -> part.contains(Snowflake.time(id))));
    }

    @Test
    void rulesThatTheirOwnerChangesAfterAnOutageAndBeforeItIsRecoveredMakeItDoubtful() {
        World undeclared = World.enterprise();
        undeclared.x.rules.put("2", "from:dogs");
        undeclared.x.posts.author("dogs").steady(START, START.plus(HOUR), 0.5);
        undeclared.start().passMinutes(6);
        undeclared.x.jobsAnswerLater = Duration.ofSeconds(19);
        undeclared.x.unreachable(Duration.ofMinutes(10));
        undeclared.passMinutes(10).passSeconds(18);
        assertThat(undeclared.gap().reconnectedAt()).isPresent();
        Instant changedAt = undeclared.now();
        undeclared.x.rules.remove("2");
        undeclared.passMinutes(4);

        Gap gap = undeclared.gap();
        assertThat(gap.closedAt()).isPresent();
        assertThat(undeclared.missing(START.plusSeconds(1), changedAt.minusSeconds(5)))
                .isNotEmpty();
        assertThat(gap.doubtful()).extracting(DoubtfulSpan::doubt).contains(Doubt.RULES_CHANGED);
    }

    @Test
    void anOutageOfSecondsCostsOneLookAtTheRules() {
        World undeclared = World.enterprise();
        undeclared.x.posts.steady(START, START.plus(HOUR), 0.5);
        undeclared.start().passMinutes(6);
        long before = looks(undeclared.x);
        undeclared.x.drop(Ending.Kind.RESET);
        undeclared.passMinutes(3);
        assertThat(undeclared.gap().verdict()).isEqualTo(Verdict.COMPLETE);
        assertThat(looks(undeclared.x) - before).isEqualTo(1);
    }

    @Test
    void aLookThatWasUnderWayWhenAGapWasRecoveredIsFollowedByAnother() {
        World undeclared = World.enterprise();
        undeclared.x.posts.steady(START, START.plus(HOUR), 0.5);
        undeclared.start().passSeconds(244);
        undeclared.x.drop(Ending.Kind.RESET);
        undeclared.passSeconds(54);
        // The look of every five minutes is sent in a second, and the gap is recovered five seconds later.
        undeclared.x.answersAfter = Duration.ofSeconds(15);
        undeclared.passSeconds(22);
        assertThat(undeclared.gap().verdict()).isEqualTo(Verdict.OPEN);
        undeclared.passSeconds(15);
        assertThat(undeclared.gap().verdict()).isEqualTo(Verdict.COMPLETE);
    }

    private static long looks(SimulatedX x) {
        return x.asked.stream().filter(SimulatedX.Asked::isRules).count();
    }

    @Test
    void aRuleThatIsDeclaredAnewWasNotMissing() {
        World world = declared(Access.ENTERPRISE);
        world.start().passMinutes(12);
        world.kill().passSeconds(30);
        world.with(builder -> builder.rules(
                        RuleSet.of("cats", "from:cats").and("dogs", "from:dogs").and("birds", "from:birds")))
                .start()
                .passMinutes(12);
        assertThat(world.x.rules).containsValue("from:birds");
        assertThat(world.events(StreamEvent.RulesRestored.class)).isEmpty();
    }

    private static World declared(Access access) {
        World world = new World(builder -> builder.access(access)
                .rules(RuleSet.of("cats", "from:cats").and("dogs", "from:dogs"))
                .maxRecoveredPosts(100_000));
        Instant until = START.plus(HOUR.multipliedBy(4));
        world.x.posts.steady(START, until, 0.2).author("dogs").steady(START, until, 0.2);
        return world;
    }

    private static void anotherProgramDeletesTheDogs(SimulatedX x) {
        x.rules.values().remove("from:dogs");
    }

    @Test
    void afterThreeTimesInAnHourTheWatchReportsAFightAndStops() {
        world.start();
        for (int times = 0; times < 5; times++) {
            world.passMinutes(6);
            anotherProgramDeletesOurRule();
        }
        world.passMinutes(6);
        assertThat(world.events(StreamEvent.RulesRestored.class)).hasSize(3);
        assertThat(world.events(StreamEvent.RulesContested.class)).hasSize(1);
        assertThat(x.rules).isEmpty();
    }

    @Test
    void aRestartDoesNotTakeTheOwnRulesForMissing() {
        world.start().passMinutes(12);
        world.kill().passSeconds(30);
        world.start().passMinutes(12);
        assertThat(world.events(StreamEvent.RulesRestored.class)).isEmpty();
    }

    @Test
    void withoutDeclaredRulesAListThatBecameEmptyIsReportedOnceAndNothingIsAdded() {
        World undeclared = World.payPerUse();
        undeclared.start().passMinutes(6);
        undeclared.x.rules.clear();
        undeclared.passMinutes(20);
        assertThat(undeclared.events(StreamEvent.RulesGone.class)).hasSize(1);
        assertThat(undeclared.x.rules).isEmpty();
    }
}
