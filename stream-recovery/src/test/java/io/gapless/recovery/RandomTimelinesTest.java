package io.gapless.recovery;

import static io.gapless.recovery.World.START;
import static org.assertj.core.api.Assertions.assertThat;

import io.gapless.recovery.SimulatedX.Played;
import io.gapless.recovery.SimulatedX.Right;
import io.gapless.stream.seam.Ending;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Two hours of trouble by chance, then an hour of calm: whatever happened, each post has been handled once, or lies in a
 * lost span of the ledger; and every gap has its verdict.
 */
class RandomTimelinesTest {
    private static final Duration TROUBLE = Duration.ofHours(2);
    private static final Duration CALM = Duration.ofHours(3);

    /** Seeds that have found a defect. */
    private static final List<Integer> ONCE_BROKEN = List.of(97);

    /** More of them by {@code -Dgapless.seeds=200}, beginning at {@code -Dgapless.seed}. */
    static IntStream seeds() {
        int from = Integer.getInteger("gapless.seed", 0);
        return IntStream.concat(
                IntStream.range(from, from + Integer.getInteger("gapless.seeds", 10)),
                ONCE_BROKEN.stream().mapToInt(seed -> seed));
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void whateverHappensNothingIsLostSilentlyAndNothingComesTwice(int seed) {
        Random chance = new Random(seed);
        World world = world(chance);
        world.x.posts.lagMax(Duration.ofMillis(100 + chance.nextInt(24_000)));
        world.x.posts.steady(START, START.plus(TROUBLE).plus(CALM), 0.05 + chance.nextDouble());
        world.start();
        Instant calm = START.plus(TROUBLE);
        while (world.now().isBefore(calm)) {
            world.pass(Duration.ofMillis(100 + (long) (chance.nextDouble() * chance.nextDouble() * 900_000)));
            trouble(world, chance);
        }
        world.x.jobs = (request, number, wanted) -> Played.whole(wanted);
        world.pass(CALM);
        assertThat(world.gaps()).extracting(Gap::verdict).doesNotContain(Verdict.OPEN);
        Set<Long> missing = world.missing(START.plusSeconds(60), world.now().minusSeconds(60));
        for (Gap gap : world.gaps()) {
            for (LostSpan lost : gap.lost()) {
                missing.removeAll(
                        world.x.shouldHave(lost.span().from(), lost.span().until()));
            }
        }
        assertThat(missing).as("lost silently").isEmpty();
        assertThat(world.twice()).as("twice").isEmpty();
    }

    private static World world(Random chance) {
        Access access =
                List.of(Access.ENTERPRISE, Access.AUTO, Access.PAY_PER_USE).get(chance.nextInt(3));
        int connections = 1 + chance.nextInt(2);
        World world = new World(
                builder -> builder.access(access).maxRecoveredPosts(100_000).stream(s -> s.connections(connections)));
        boolean enterprise = access == Access.ENTERPRISE || access == Access.AUTO && chance.nextBoolean();
        world.x.connectionsMax = enterprise ? 2 : 1;
        world.x.backfill = enterprise ? Right.GRANTED : Right.REFUSED_403;
        world.x.jobRight = enterprise ? Right.GRANTED : Right.REFUSED_400;
        world.x.twiceEvery = chance.nextInt(3) * 7;
        world.x.backfillPerSecond = 5 + chance.nextInt(500);
        world.x.jobPerSecond = 5 + chance.nextInt(500);
        world.x.zombieFor = Duration.ofSeconds(chance.nextInt(2) * chance.nextInt(30));
        return world;
    }

    private static void trouble(World world, Random chance) {
        SimulatedX x = world.x;
        switch (chance.nextInt(9)) {
            case 0 -> x.drop(chance.nextBoolean() ? Ending.Kind.RESET : Ending.Kind.COMPLETE);
            case 1 -> x.unreachable(Duration.ofSeconds(chance.nextInt(60)));
            case 2 -> x.unreachable(Duration.ofSeconds(chance.nextInt(1_500)));
            case 3 -> {
                world.kill().pass(Duration.ofSeconds(chance.nextInt(40)));
                world.start();
            }
            case 4 -> {
                world.kill().pass(Duration.ofSeconds(chance.nextInt(2_000)));
                world.start();
            }
            case 5 -> x.freezeAll();
            case 6 -> {
                if (x.liveCount() > 1) x.freeze(chance.nextInt(2));
                else x.freezeAll();
            }
            case 7 -> {
                int cutAfter = 1 + chance.nextInt(300);
                x.jobs = (request, number, wanted) -> wanted.size() > cutAfter && chance.nextBoolean()
                        ? Played.cut(wanted.subList(0, cutAfter))
                        : Played.whole(wanted);
            }
            case 8 -> world.setClock(Duration.ofSeconds(chance.nextInt(1_200) - 600));
            default -> throw new AssertionError();
        }
    }
}
