package io.gapless.recovery;

import static io.gapless.recovery.World.START;
import static org.assertj.core.api.Assertions.assertThat;

import io.gapless.recovery.ledger.Gap;
import io.gapless.recovery.ledger.Gap.Verdict;
import io.gapless.recovery.ledger.Span;
import io.gapless.recovery.search.Count;
import io.gapless.recovery.search.Slices;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What a restart buys after a clean close, where each post is billed: 12 posts/s, up to 25 s late, five restarts in a
 * row. {@link #main} prints it.
 */
class RestartCostTest {
    private static final double PER_SECOND = 12;
    private static final Duration LATE = Duration.ofSeconds(25);

    /** What one restart has taken. */
    record Cost(Duration down, long bought, long counts, long recovered, int missing, Verdict verdict) {
        double dollars() {
            return Slices.dollars(bought) + counts * Count.RECENT_CALL_DOLLARS;
        }

        String describe() {
            return String.format(
                    Locale.ROOT,
                    "down for %2d s: %4d posts bought, %d counts, $%.2f; %3d were new, %d missing, %s",
                    down.toSeconds(),
                    bought,
                    counts,
                    dollars(),
                    recovered,
                    missing,
                    verdict);
        }
    }

    private static World world(double perSecond) {
        World world = World.payPerUse();
        world.x.rules.put("1", "from:cats -is:retweet -is:quote");
        world.x.posts.lagMax(LATE).steady(START, START.plus(Duration.ofHours(2)), perSecond);
        return world;
    }

    private static List<Cost> restarts(World world, Duration down, Duration up, Consumer<World> beforeStart) {
        world.start().passMinutes(5);
        List<Cost> costs = new ArrayList<>();
        for (int restart = 0; restart < 5; restart++) {
            long bought = world.x.postsSearched();
            long counts = world.x.countsAsked().size();
            Instant closedAt = world.now();
            world.stream().close();
            beforeStart.accept(world);
            world.pass(down).start().pass(up);
            Gap gap = world.gaps().get(world.gaps().size() - 1);
            int missing = world.missing(
                            closedAt.minus(Duration.ofMinutes(1)), world.now().minus(LATE))
                    .size();
            costs.add(new Cost(
                    down,
                    world.x.postsSearched() - bought,
                    world.x.countsAsked().size() - counts,
                    gap.recovered(),
                    missing,
                    gap.verdict()));
        }
        return costs;
    }

    @ParameterizedTest
    @CsvSource({"2, 450", "10, 550"})
    void aRestartAfterACleanCloseBuysLittleMoreThanWhatWasDueMeanwhile(int downSeconds, long boughtMax) {
        World world = world(PER_SECOND);
        List<Cost> costs = restarts(world, Duration.ofSeconds(downSeconds), Duration.ofMinutes(5), any -> {});
        assertThat(costs).hasSize(5).allSatisfy(cost -> {
            assertThat(cost.bought()).as(cost.describe()).isLessThanOrEqualTo(boughtMax);
            assertThat(cost.counts()).as(cost.describe()).isLessThanOrEqualTo(5);
            assertThat(cost.recovered()).as(cost.describe()).isPositive();
            assertThat(cost.verdict()).as(cost.describe()).isEqualTo(Verdict.COMPLETE);
        });
        world.assertAllOnce();
    }

    @Test
    void restartsThatFollowEachOtherWithinTheOverlapLoseNothing() {
        World world = world(PER_SECOND);
        List<Cost> costs = restarts(world, Duration.ofSeconds(2), Duration.ofSeconds(20), any -> {});
        world.passMinutes(5);
        assertThat(world.x.postsSearched()).isLessThanOrEqualTo(450L * costs.size());
        world.assertGapsRecovered();
    }

    @Test
    void whatSearchFindsOnlyLaterIsWaitedFor() {
        World world = world(PER_SECOND);
        world.x.indexLag = LATE;
        restarts(world, Duration.ofSeconds(10), Duration.ofMinutes(5), any -> {});
        world.assertGapsRecovered();
    }

    @Test
    void theOverlapAfterTheReconnectIsBoughtIfTheNewConnectionDidNotBringAllOfIt() {
        World world = world(PER_SECOND);
        restarts(world, Duration.ofSeconds(2), Duration.ofMinutes(5), x -> x.x.liveBeginsAfter = Duration.ofSeconds(8));
        world.assertGapsRecovered();
    }

    @Test
    void whereRulesCannotBeCountedTheOverlapAfterTheReconnectIsBoughtOnlyIfPostsWereLate() {
        World late = uncountable(LATE);
        late.x.liveBeginsAfter = Duration.ofSeconds(30);
        restarts(late, Duration.ofSeconds(2), Duration.ofMinutes(5), any -> {});
        late.assertAllOnce(START.plusSeconds(31), late.now().minusSeconds(30));

        World prompt = uncountable(Duration.ofMillis(1));
        List<Cost> costs = restarts(prompt, Duration.ofSeconds(2), Duration.ofMinutes(5), any -> {});
        assertThat(costs).allSatisfy(cost -> assertThat(cost.bought()).isLessThan(1_000));
        prompt.assertAllOnce();
        assertThat(late.x.countsAsked()).isEmpty();
        assertThat(prompt.x.countsAsked()).isEmpty();
    }

    /** Search does not return all that such a rule brings. */
    private static World uncountable(Duration late) {
        World world = World.payPerUse();
        world.x.rules.put("1", "from:cats post");
        world.x.posts.lagMax(late).steady(START, START.plus(Duration.ofHours(1)), PER_SECOND);
        return world;
    }

    @ParameterizedTest
    @ValueSource(ints = {403, 429})
    void whereXDoesNotCountTheOverlapsAreBought(int status) {
        World world = world(PER_SECOND);
        world.x.meddler = request -> request.isCount()
                ? Optional.of(status == 429 ? SimulatedX.rateLimited() : SimulatedX.forbidden())
                : Optional.empty();
        List<Cost> costs = restarts(world, Duration.ofSeconds(2), Duration.ofMinutes(10), any -> {});
        assertThat(costs).allSatisfy(cost -> assertThat(cost.bought()).isGreaterThan(700));
        world.assertGapsRecovered();
    }

    @Test
    void whatIsTooDearIsTheOutageAndNotTheOverlapsThatAreComplete() {
        World world = new World(builder -> builder.access(Access.PAY_PER_USE).maxRecoveredPosts(20));
        world.x.posts.steady(START, START.plus(Duration.ofHours(1)), 1);
        List<Cost> costs = restarts(world, Duration.ofSeconds(60), Duration.ofMinutes(5), any -> {});
        assertThat(costs).allSatisfy(cost -> assertThat(cost.verdict()).isIn(Verdict.PARTIAL, Verdict.UNRECOVERABLE));
        for (Gap gap : world.gaps()) {
            Instant up = gap.reconnectedAt().orElseThrow().plusSeconds(1);
            Span outage = new Span(gap.lastSignalAt().minusSeconds(9), up);
            assertThat(gap.lost()).isNotEmpty().allSatisfy(lost -> assertThat(
                            lost.span().minus(List.of(outage)))
                    .isEmpty());
        }
    }

    @Test
    void whereNoRuleCanBeSearchedForTheWholeGapIsLost() {
        World world = World.payPerUse();
        world.x.rules.put("1", "from:cats sample:50");
        world.x.posts.steady(START, START.plus(Duration.ofHours(1)), PER_SECOND);
        List<Cost> costs = restarts(world, Duration.ofSeconds(10), Duration.ofMinutes(5), any -> {});
        assertThat(costs)
                .allSatisfy(cost -> assertThat(cost.verdict()).isEqualTo(Verdict.UNRECOVERABLE))
                .allSatisfy(cost -> assertThat(cost.bought()).isZero());
        assertThat(world.x.countsAsked()).isEmpty();
    }

    @Test
    void withEnterpriseAccessSearchIsNotGuarded() {
        World world = new World(builder -> builder.access(Access.ENTERPRISE).maxRecoveredPosts(20));
        world.x.posts.steady(START, START.plus(Duration.ofHours(27)), 0.05);
        world.downFor(Duration.ofHours(26)).passMinutes(30);
        assertThat(world.x.searchesAsked()).isNotEmpty();
        assertThat(world.x.countsAsked()).isEmpty();
        world.assertGapsRecovered();
    }

    /** Prints what five restarts cost. */
    public static void main(String[] args) {
        for (int seconds : new int[] {2, 10}) {
            for (int up : new int[] {300, 120, 90, 60, 40, 20}) {
                World world = world(PER_SECOND);
                List<Cost> costs = restarts(world, Duration.ofSeconds(seconds), Duration.ofSeconds(up), any -> {});
                costs.forEach(cost -> System.out.println(cost.describe()));
                world.passMinutes(5);
                System.out.printf(
                        "up for %d s between them: %d posts and %d counts per restart, %d missing in the end%n%n",
                        up,
                        world.x.postsSearched() / costs.size(),
                        world.x.countsAsked().size() / costs.size(),
                        world.missing(START.plusSeconds(1), world.now().minus(LATE))
                                .size());
            }
        }
    }
}
