package io.gapless.recovery;

import static io.gapless.recovery.World.START;
import static org.assertj.core.api.Assertions.assertThat;

import io.gapless.recovery.SimulatedX.Right;
import io.gapless.recovery.ledger.Gap;
import io.gapless.recovery.ledger.Span;
import io.gapless.recovery.state.AcknowledgedIds;
import io.gapless.stream.post.Origin;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a step has brought before it was interrupted stays in the ledger's counts. */
class InterruptedStepTimelinesTest {
    /** What a crash may cost of the counts: what was handled since the last look, a second before. */
    private static final int SINCE_LAST_LOOK = 15;

    private static long handled(World world, Origin origin) {
        return world.handledPosts.stream()
                .filter(post -> post.origin() == origin)
                .mapToLong(post -> post.id())
                .distinct()
                .count();
    }

    /** All that did not come live, whatever brought it, and was remembered: a handler may return after the last commit. */
    private static long remembered(World world) {
        AcknowledgedIds ids = AcknowledgedIds.read(world.store, new Span(START, world.now()));
        return world.handledPosts.stream()
                .filter(post -> !post.origin().isLive() || post.origin() == Origin.BACKFILL)
                .mapToLong(post -> post.id())
                .distinct()
                .filter(ids::contains)
                .count();
    }

    private static void assertCounted(World world, boolean crash) {
        long remembered = remembered(world);
        assertThat(recovered(world)).isBetween(crash ? remembered - SINCE_LAST_LOOK : remembered, remembered);
    }

    private static long recovered(World world) {
        return world.gaps().stream().mapToLong(Gap::recovered).sum();
    }

    private static void stop(World world, boolean crash) {
        if (crash) world.kill();
        else world.stream().close();
        world.pass(Duration.ofSeconds(2));
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aJobThatIsCutByTheEndOfTheProcessKeepsItsCount(boolean crash) {
        World world = World.enterprise();
        world.x.posts.steady(START, START.plus(Duration.ofHours(2)), 1);
        world.x.jobPerSecond = 10;
        world.downFor(Duration.ofMinutes(20));
        while (handled(world, Origin.RECOVERY_JOB) < 500) world.pass(Duration.ofMillis(100));
        stop(world, crash);
        assertCounted(world, crash);
        world.start().passMinutes(30);
        assertCounted(world, crash);
        world.assertAllOnce();
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aSearchThatIsInterruptedByTheEndOfTheProcessKeepsItsCount(boolean crash) {
        World world = World.payPerUse();
        world.x.posts.steady(START, START.plus(Duration.ofMinutes(30)), 1);
        world.start().passMinutes(5);
        world.kill().passMinutes(20);
        boolean[] stopping = {false};
        world.handler = post -> {
            if (post.origin() == Origin.SEARCH) world.time.sleep(Duration.ofMillis(100));
            // As a sleep does that is interrupted.
            if (stopping[0]) throw new IllegalStateException("interrupted");
        };
        world.start();
        while (handled(world, Origin.SEARCH) < 300) world.pass(Duration.ofMillis(100));
        stopping[0] = true;
        stop(world, crash);
        world.handler = post -> {};
        assertCounted(world, crash);
        world.start().passMinutes(30);
        assertCounted(world, crash);
        // The post that the handler held when the stream was closed comes again.
        assertThat(world.missing(START.plusSeconds(1), world.now().minusSeconds(30)))
                .isEmpty();
    }

    @Test
    void aBackfillThatIsCutByACrashKeepsItsCount() {
        World world = World.enterprise();
        world.x.posts.steady(START, START.plus(Duration.ofHours(1)), 1);
        world.x.backfillPerSecond = 10;
        world.downFor(Duration.ofMinutes(3));
        while (handled(world, Origin.BACKFILL) < 100) world.pass(Duration.ofMillis(100));
        stop(world, true);
        assertCounted(world, true);
        world.start().passMinutes(30);
        assertCounted(world, true);
        world.assertAllOnce();
    }

    @Test
    void aJobThatTurnsOutToBeALiveStreamKeepsItsCount() {
        World world = World.enterprise();
        world.x.posts.steady(START, START.plus(Duration.ofHours(1)), 1);
        world.x.jobRight = Right.IGNORED;
        world.x.connectionsMax = 2;
        world.downFor(Duration.ofMinutes(10)).passMinutes(40);
        Gap gap = world.gap();
        assertThat(gap.duplicates() + gap.recovered())
                .isGreaterThanOrEqualTo(handled(world, Origin.RECOVERY_JOB) + handled(world, Origin.SEARCH));
        world.assertAllOnce();
    }
}
