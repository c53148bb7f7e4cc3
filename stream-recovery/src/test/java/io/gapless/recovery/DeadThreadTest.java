package io.gapless.recovery;

import static io.gapless.recovery.World.START;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gapless.recovery.ledger.Gap;
import io.gapless.recovery.ledger.Gap.Verdict;
import io.gapless.stream.Health;
import io.gapless.stream.event.StreamEvent;
import io.gapless.stream.event.StreamException;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

/** The thread that commits, when it dies by our own fault or for want of memory. */
class DeadThreadTest {
    private static final Error DEADLY = new OutOfMemoryError("on purpose");

    private final World world = World.enterprise();

    @Test
    void itEndsTheStreamAsFailedAndWhatItLostIsRecoveredAfterTheRestart() {
        world.x.posts.steady(START, START.plus(Duration.ofMinutes(30)), 1);
        world.start().passMinutes(2);
        world.disk.throwInNextCommit(DEADLY);
        assertThatThrownBy(() -> world.passSeconds(10)).isSameAs(DEADLY);
        world.passSeconds(1);

        assertThatThrownBy(() -> world.stream().awaitClose(Duration.ZERO))
                .isInstanceOfSatisfying(StreamException.class, failure -> assertThat(failure.reason())
                        .isEqualTo(StreamException.Reason.DEFECT))
                .hasCause(DEADLY);
        assertThat(world.stream().health().state()).isEqualTo(Health.State.FAILED);
        assertThat(world.events(StreamEvent.Failed.class)).hasSize(1);

        int handled = world.handledPosts.size();
        world.passMinutes(1);
        assertThat(world.handledPosts)
                .as("what is handed over after it could not be committed")
                .hasSize(handled);
        world.stream().close();
        world.start().passMinutes(10);
        assertThat(world.store.ledger(Instant.MIN, 10))
                .isNotEmpty()
                .extracting(Gap::verdict)
                .containsOnly(Verdict.COMPLETE);
        assertThat(world.missing(START.plusSeconds(1), world.now().minusSeconds(30)))
                .isEmpty();
    }
}
