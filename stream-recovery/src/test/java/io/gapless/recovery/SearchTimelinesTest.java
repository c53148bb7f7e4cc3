package io.gapless.recovery;

import static io.gapless.recovery.World.START;
import static org.assertj.core.api.Assertions.assertThat;

import io.gapless.recovery.SimulatedX.Right;
import io.gapless.recovery.ledger.Gap;
import io.gapless.recovery.ledger.Gap.Verdict;
import io.gapless.recovery.ledger.LostSpan;
import io.gapless.recovery.ledger.RecoveryMethod;
import io.gapless.recovery.ledger.Span;
import io.gapless.recovery.plan.RecoveryPlanner;
import io.gapless.stream.event.StreamEvent;
import io.gapless.stream.post.Post;
import io.gapless.stream.post.Post.MatchingRule;
import io.gapless.stream.seam.Ending;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What search brings back: for accounts that have nothing else, and for what is older than a day. */
class SearchTimelinesTest {
    @Test
    void underAutoAPayPerUseAccountIsNeverEvictedFromItsLiveStream() {
        World world = new World();
        world.x.posts.steady(START, START.plus(Duration.ofHours(2)), 0.3);
        world.x.evicts = true;
        world.x.backfill = Right.REFUSED_403;
        world.x.jobRight = Right.IGNORED;
        world.start().passMinutes(5);
        world.x.unreachable(Duration.ofMinutes(40));
        world.passMinutes(60);
        assertThat(world.x.jobsAsked()).isEmpty();
        assertThat(world.events(StreamEvent.Disconnected.class)).hasSize(1);
        assertThat(world.x.searchesAsked()).isNotEmpty();
        world.assertGapRecovered();
    }

    @Test
    void aStreamThatIsClosedInTheMiddleOfASearchAsksAndBuysNoMore() {
        World world = World.payPerUse();
        world.x.posts.steady(START, START.plus(Duration.ofHours(2)), 3);
        world.downFor(Duration.ofMinutes(40));
        world.x.meddler =
                request -> request.isSearch() ? Optional.of(SimulatedX.Refusal.of(503, "")) : Optional.empty();
        world.passMinutes(2);
        world.stream().close(Duration.ZERO);
        world.settle();
        int asked = world.x.searchesAsked().size();
        world.passHours(1);
        assertThat(asked).isPositive();
        assertThat(world.x.searchesAsked()).hasSize(asked);
    }

    @Test
    void aBadPostOfASliceHoldsUpNoOtherSliceAndIsADeadLetterOnceOthersHaveCome() {
        World world = World.payPerUse();
        world.x.posts.steady(START, START.plus(Duration.ofHours(8)), 0.02);
        world.start().passMinutes(5);
        long bad = world.x.posts.at(world.now().plusSeconds(60));
        world.handler = post -> {
            if (post.id() == bad) throw new IllegalStateException("bad");
        };
        world.kill().passHours(8);
        world.start().passMinutes(20);
        assertThat(world.missing(START.plusSeconds(1), world.now())).containsExactly(bad);
        assertThat(world.store.deadLetterCount()).isZero();
        assertThat(world.gap().verdict()).isEqualTo(Verdict.OPEN);

        world.x.posts.steady(world.now(), world.now().plus(Duration.ofMinutes(20)), 0.02);
        world.passMinutes(20);
        assertThat(world.store.deadLetterCount()).isOne();
        world.assertVerdicts(Verdict.COMPLETE);
    }

    @Test
    void aSearchThatIsAsSlowAsTheWindowMovesSkipsAheadInsteadOfLosingEachSlice() {
        World world = new World(builder -> builder.access(Access.ENTERPRISE)
                .since(START.minus(Duration.ofDays(7).plusHours(1))));
        world.x.rules.put("2", "from:dogs");
        world.x.rules.put("3", "from:dogs OR from:cats");
        Duration all = Duration.ofDays(9);
        world.x.posts.author("dogs").steady(START.minus(all), START.plus(Duration.ofDays(2)), 0.006);
        world.x.posts.author("cats").steady(START.minus(all), START.plus(Duration.ofDays(2)), 0.006);
        world.x.searchesMax = 3;
        world.start().passHours(20);
        // The slices at the edge are lost, and what was asked for while the window moved on.
        assertThat(world.gaps().stream().flatMap(gap -> gap.lost().stream()).map(part -> part.span()
                        .until()))
                .isNotEmpty()
                .allMatch(
                        until -> until.isBefore(START.minus(Duration.ofDays(7)).plus(Duration.ofHours(2))));
        assertThat(world.missing(
                                START.minus(Duration.ofDays(7)).plus(Duration.ofHours(2)),
                                START.minus(Duration.ofDays(6)))
                        .size())
                .isZero();
    }

    @Test
    void aPayPerUseStreamOpensOneConnectionAndNoJobWhateverHappens() {
        World world = World.payPerUse();
        world.x.posts.steady(START, START.plus(Duration.ofHours(2)), 0.3);
        world.downFor(Duration.ofMinutes(40)).passMinutes(20);
        world.x.drop(Ending.Kind.RESET);
        world.passMinutes(20);
        assertThat(world.x.jobsAsked()).isEmpty();
        assertThat(world.x.backfillsAsked()).containsOnly(0);
        world.assertGapsRecovered();
    }

    @Test
    void whatLeavesTheWindowWhileSearchIsRateLimitedIsUnrecoverableAndAVerdictIsReached() {
        World world = World.payPerUse();
        world.x.posts.steady(START, START.plus(Duration.ofMinutes(30)), 0.2);
        world.start().passMinutes(20);
        world.kill().pass(Duration.ofDays(7).minusMinutes(40));
        Instant limitedUntil = world.now().plus(Duration.ofHours(3));
        world.x.meddler = request -> request.isSearch() && request.at().isBefore(limitedUntil)
                ? Optional.of(SimulatedX.rateLimited())
                : Optional.empty();
        world.start().passHours(12);
        Gap gap = world.gap();
        assertThat(gap.verdict()).isEqualTo(Verdict.PARTIAL);
        assertThat(gap.reason()).contains("window passed");
        assertThat(gap.lost()).isNotEmpty();
    }

    @Test
    void aNewDropIsClosedInSecondsWhileA7DaySearchIsOpen() {
        World world = World.enterprise();
        world.x.posts.steady(START, START.plus(Duration.ofMinutes(5)), 0.5);
        world.start().passMinutes(4);
        world.kill().pass(Duration.ofDays(6));
        Instant back = world.now();
        world.x.posts.steady(back, back.plus(Duration.ofHours(1)), 0.5);
        world.x.meddler = request -> request.isSearch() ? Optional.of(SimulatedX.rateLimited()) : Optional.empty();
        world.start().passMinutes(20);
        world.x.unreachable(Duration.ofSeconds(30));
        world.passMinutes(3);
        assertThat(world.gaps()).extracting(Gap::verdict).containsExactly(Verdict.OPEN, Verdict.COMPLETE);
        assertThat(world.x.backfillsAsked()).endsWith(2);
        world.x.meddler = request -> Optional.empty();
        world.passHours(2);
        assertThat(world.gaps()).extracting(Gap::verdict).containsExactly(Verdict.COMPLETE_UNPROVEN, Verdict.COMPLETE);
        world.assertAllOnce();
    }

    @Test
    void aPostFoundForTwoRulesIsHandedOverOnceWithBoth() {
        World world = World.payPerUse();
        world.x.rules.put("2", "from:cats OR from:dogs");
        world.start().passMinutes(5);
        world.kill();
        long id = world.x.posts.at(world.now().plusSeconds(60));
        world.passMinutes(5);
        world.start().passMinutes(5);
        assertThat(world.handled).containsEntry(id, 1);
        Post post = world.handledPosts.get(0);
        assertThat(post.matchingRules()).extracting(MatchingRule::id).containsExactlyInAnyOrder("1", "2");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "from:cats post                          | DOUBTFUL | retweets",
                "from:cats post -is:retweet              | DOUBTFUL | quote",
                "from:cats post -is:retweet -is:quote    | COMPLETE | ''",
                "from:cats                               | COMPLETE | ''"
            })
    void whatARuleExcludesIsNoReasonForDoubt(String rule, Verdict verdict, String reason) {
        World world = World.payPerUse();
        world.x.rules.put("1", rule);
        world.x.posts.steady(START, START.plus(Duration.ofHours(1)), 0.3);
        world.downFor(Duration.ofMinutes(10)).passMinutes(10);
        assertThat(world.gap().verdict()).isEqualTo(verdict);
        assertThat(world.gap().reason()).contains(reason);
        world.assertAllOnce();
    }

    @Test
    void withEnterpriseAccessQueriesMayBeLonger() {
        World world = World.enterprise();
        for (int rule = 2; rule < 40; rule++) world.x.rules.put(String.valueOf(rule), "from:somebody" + rule);
        world.x.posts.steady(START, START.plus(Duration.ofMinutes(5)), 0.5);
        world.downFor(Duration.ofHours(26)).passMinutes(30);
        assertThat(world.x.searchesAsked())
                .anySatisfy(search ->
                        assertThat(search.query().get("query").length()).isGreaterThan(512));
    }

    @Test
    void whatIsOlderThan7DaysComesFromTheArchiveIfTheAccountHasIt() {
        World world = new World(builder -> builder.access(Access.PAY_PER_USE).archiveSearch(true));
        world.x.posts.steady(START, START.plus(Duration.ofDays(9)), 0.001);
        world.downFor(Duration.ofDays(9).minusMinutes(30)).passHours(1);
        assertThat(world.gap().steps())
                .extracting(run -> run.step().method())
                .contains(RecoveryMethod.ARCHIVE_SEARCH, RecoveryMethod.SEARCH);
        world.assertGapRecovered();
    }

    @Test
    void aRejectedTokenOnPage40BringsTheSliceAgainAndNothingTwice() {
        World world = new World(builder -> builder.access(Access.PAY_PER_USE).maxRecoveredPosts(100_000));
        world.x.posts.steady(START, START.plus(Duration.ofMinutes(60)), 5);
        boolean[] rejected = {false};
        world.x.meddler = request -> {
            boolean page40 = request.isSearch()
                    && request.query().getOrDefault("next_token", "").equals("3900");
            if (!page40 || rejected[0]) return Optional.empty();
            rejected[0] = true;
            return Optional.of(SimulatedX.invalid("next_token"));
        };
        world.downFor(Duration.ofMinutes(20)).passMinutes(20);
        assertThat(rejected[0]).isTrue();
        world.assertGapRecovered();
    }

    /** X bills a post once a day, and this search brings the same ones on two days. */
    @Test
    void whatASearchBuysBeforeMidnightAndAgainAfterItCountsOnBothDays() {
        World world = World.payPerUse();
        Instant midnight = Instant.parse("2026-11-23T00:00:00Z");
        world.x.posts.steady(midnight.minus(Duration.ofMinutes(35)), midnight.minus(Duration.ofMinutes(10)), 0.3);
        Set<Long> soldAfter = new HashSet<>();
        world.x.seller = posts -> {
            if (!world.now().isBefore(midnight)) posts.forEach(post -> soldAfter.add(post.id()));
        };
        boolean[] rejected = {false};
        world.x.meddler = request -> {
            if (!"200".equals(request.query().get("next_token"))) return Optional.empty();
            if (world.now().isBefore(midnight)) return Optional.of(SimulatedX.Refusal.of(503, ""));
            if (rejected[0]) return Optional.empty();
            rejected[0] = true;
            return Optional.of(SimulatedX.invalid("next_token"));
        };
        world.start().pass(Duration.between(world.now(), midnight.minus(Duration.ofMinutes(40))));
        world.kill().passMinutes(36);
        world.start().passMinutes(30);
        assertThat(rejected[0]).isTrue();
        assertThat(soldAfter.size()).isGreaterThan(250);
        assertThat(world.store.spent(LocalDate.parse("2026-11-23"))).isEqualTo(soldAfter.size());
        world.assertVerdicts(Verdict.COMPLETE);
    }

    @Test
    void alreadyPassedWindowsAreNamedAndTheRestIsRecovered() {
        World world = World.payPerUse();
        world.x.posts.steady(START, START.plus(Duration.ofDays(9)), 0.001);
        world.downFor(Duration.ofDays(9)).passHours(1);
        Gap gap = world.gap();
        assertThat(gap.verdict()).isEqualTo(Verdict.PARTIAL);
        List<LostSpan> lost = gap.lost();
        assertThat(lost).hasSize(1);
        assertThat(world.missing(lost.get(0).span().until(), world.now().minusSeconds(60)))
                .isEmpty();
    }

    @Test
    void aGapThatXRefusesToSearchStaysOpenUntilXsWindowHasPassed() {
        World world = World.payPerUse();
        world.x.posts.steady(START, START.plus(Duration.ofHours(1)), 1);
        world.x.meddler = request -> request.isSearch() ? Optional.of(SimulatedX.forbidden()) : Optional.empty();
        world.downFor(Duration.ofMinutes(10)).passHours(24);
        assertThat(world.gap().verdict()).isEqualTo(Verdict.OPEN);
        assertThat(world.x.searchesAsked().size())
                .as("1, 2, 5, then every 15 min")
                .isBetween(95, 110);
        assertThat(world.events(RecoveryEvent.MethodParked.class))
                .allMatch(parked -> parked.severity() == StreamEvent.OfRecovery.Severity.ERROR);
        assertThat(world.gap().steps())
                .as("each refusal in place of the one before")
                .hasSizeLessThan(4);
        world.passHours(6 * 24);
        assertThat(world.gap().verdict()).isEqualTo(Verdict.UNRECOVERABLE);
        assertThat(world.gap().reason()).contains(RecoveryPlanner.WINDOW_PASSED);
        assertThat(world.missing(world.gap().span().until(), world.now().minusSeconds(30)))
                .isEmpty();
    }

    @Test
    void allOpenGapsAreAskedForTogetherOnceXSearchesAgain() {
        World world = World.payPerUse();
        world.x.posts.steady(START, START.plus(Duration.ofHours(4)), 0.2);
        world.x.meddler = request -> request.isSearch() ? Optional.of(SimulatedX.page(403)) : Optional.empty();
        world.start().passMinutes(5);
        for (int outage = 0; outage < 3; outage++) {
            world.x.unreachable(Duration.ofSeconds(40));
            world.passMinutes(20);
        }
        assertThat(world.gaps()).hasSize(3).allMatch(Gap::isOpen);
        world.x.meddler = request -> Optional.empty();
        world.passMinutes(17);
        assertThat(world.gaps()).extracting(Gap::verdict).containsOnly(Verdict.COMPLETE);
        world.assertAllOnce();
    }

    @Test
    void beyondTheMoneyGuardAGapIsPartialAndCanBeRecoveredByHand() throws Exception {
        World world = World.payPerUse();
        world.x.posts.steady(START, START.plus(Duration.ofHours(15)), 0.1);
        world.downFor(Duration.ofHours(14)).passMinutes(20);
        Gap gap = world.gap();
        assertThat(gap.verdict()).isEqualTo(Verdict.PARTIAL);
        assertThat(gap.reason())
                .matches(
                        "cost: the spending limit is 2,000 posts per gap and day, and the rest is about 3,\\d\\d\\d posts for \\$1\\d\\.\\d\\d");
        assertThat(gap.recovered()).isBetween(1_800L, 2_000L);
        Span lost = new Span(
                gap.lost().get(0).span().from(),
                gap.lost().get(gap.lost().size() - 1).span().until());
        world.stream().recover(lost.from(), lost.until());
        world.passMinutes(20);
        assertThat(world.gaps()).extracting(Gap::verdict).containsExactly(Verdict.PARTIAL, Verdict.COMPLETE);
        world.assertAllOnce();
    }
}
