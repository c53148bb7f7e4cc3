package io.gapless.recovery;

import static io.gapless.recovery.World.START;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

/** Short outages with Enterprise access: what the live reconnect itself brings back. */
class BackfillTimelinesTest {
    private final World world = World.enterprise();
    private final SimulatedX x = world.x;

    @Test
    void aDropOf40SecondsOnABusyStreamIsBackfilledBy2Minutes() {
        x.posts.steady(START, START.plusSeconds(900), 5);
        world.start().passMinutes(5);
        x.unreachable(Duration.ofSeconds(40));
        world.passMinutes(8);
        assertThat(x.backfillsAsked()).containsExactly(0, 2);
        assertThat(x.jobsAsked()).isEmpty();
        assertThat(world.gap().verdict()).isEqualTo(Verdict.COMPLETE);
        assertThat(world.gap().regained()).isPositive();
        assertThat(world.gap().duplicates()).isPositive();
        world.assertAllOnce(START.plusSeconds(1), world.now().minusSeconds(5));
    }
}
