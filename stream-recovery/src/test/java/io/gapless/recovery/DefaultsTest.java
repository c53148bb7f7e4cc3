package io.gapless.recovery;

import static io.gapless.recovery.World.START;
import static org.assertj.core.api.Assertions.assertThat;

import io.gapless.recovery.ledger.Gap;
import io.gapless.recovery.ledger.Gap.Verdict;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The defaults that the README promises. */
class DefaultsTest {
    private static final double POSTS_PER_SECOND = 10;

    @Test
    void aGapReachesSixtySecondsBeyondTheOutageOnBothSides() {
        World world = World.payPerUse();
        restart(world);
        Gap gap = world.gap();
        assertThat(Duration.between(gap.span().from(), gap.span().until()))
                .isBetween(Duration.ofSeconds(120), Duration.ofSeconds(130));
    }

    @Test
    void aLimitOfNoPostsTurnsSearchOff() {
        World world = new World(builder -> builder.access(Access.PAY_PER_USE).maxRecoveredPosts(0));
        restart(world);
        assertThat(world.x.searchesAsked()).isEmpty();
        assertThat(world.gap().verdict()).isEqualTo(Verdict.UNRECOVERABLE);
    }

    private static void restart(World world) {
        world.x.posts.steady(START, START.plus(Duration.ofMinutes(30)), POSTS_PER_SECOND);
        world.downFor(Duration.ofSeconds(1)).passMinutes(20);
    }

    @Test
    void theSecondConnectionOpensThirtySecondsAfterTheFirst() {
        World world = new World(builder -> builder.access(Access.ENTERPRISE).connections(2));
        world.x.connectionsMax = 2;
        world.x.posts.steady(START, START.plus(Duration.ofMinutes(5)), POSTS_PER_SECOND);
        world.start().passSeconds(28);
        assertThat(world.x.liveCount()).isOne();
        world.passSeconds(5);
        assertThat(world.x.liveCount()).isEqualTo(2);
    }

    @Test
    void aGibibyteOfPostsMayWaitOnTheDisk(@TempDir Path directory) {
        try (GaplessStream stream = GaplessStream.builder()
                .bearerToken("token")
                .stateDirectory(directory)
                .handler(post -> {})
                .build()) {
            assertThat(stream.health().spillMaxBytes()).isEqualTo(1L << 30);
        }
    }
}
