package io.gapless.recovery;

import static io.gapless.recovery.World.START;
import static org.assertj.core.api.Assertions.assertThat;

import io.gapless.recovery.state.Change;
import io.gapless.recovery.state.NoteNames;
import io.gapless.stream.seam.VirtualTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The connect budget over the lives of a program. */
class ConnectLogTest {
    private static final int BUDGET = 50;
    private static final Duration WINDOW = Duration.ofMinutes(15);

    private final World world = World.payPerUse();

    @Test
    void aProgramThatIsKilledAndRestartedInALoopStaysWithinTheBudget() {
        world.x.posts.steady(START, START.plus(Duration.ofMinutes(40)), 0.2);
        for (int life = 0; life < 100; life++) {
            world.start().passSeconds(4);
            world.kill().passSeconds(2);
        }
        assertThat(world.x.liveAsked()).as("in the first 10 minutes").hasSize(BUDGET);
    }

    @Test
    void theBudgetIsWholeAgainAfterItsWindow() {
        for (int life = 0; life < BUDGET; life++) {
            world.start().passSeconds(1);
            world.kill().passSeconds(1);
        }
        world.pass(WINDOW);
        world.start().passSeconds(1);
        assertThat(world.x.liveAsked()).hasSize(BUDGET + 1);
        assertThat(world.stream().health().connectsLeft()).isEqualTo(BUDGET - 1);
    }

    @Test
    void aClockThatWasADayAheadHoldsNoConnectBack() {
        world.clockAhead = Duration.ofDays(1);
        for (int life = 0; life < BUDGET; life++) {
            world.start().passSeconds(1);
            world.kill().passSeconds(1);
        }
        world.clockAhead = Duration.ZERO;
        world.pass(WINDOW);
        world.start().passSeconds(1);
        assertThat(world.stream().health().connectsLeft()).isEqualTo(BUDGET - 1);
    }

    @Test
    void theNoteHoldsCountsOf15SecondsHoweverManyConnectsThereWere() {
        VirtualTime time = new VirtualTime(START);
        List<Change> changes = new ArrayList<>();
        ConnectLog log = new ConnectLog(new XClock(time), null, changes::add);
        for (int second = 0; second < 3_600; second++) {
            for (int i = 0; i < 100; i++) log.charged(1);
            time.advance(Duration.ofSeconds(1));
        }
        log.charged(-1);
        Change.Noted last = (Change.Noted) changes.get(changes.size() - 1);
        assertThat(last.name()).isEqualTo(NoteNames.CONNECTS);
        assertThat(last.value().split(" ")).hasSizeBetween(60, 62).contains("1795352370:1500");
        assertThat(last.value()).endsWith(":1499");
    }
}
