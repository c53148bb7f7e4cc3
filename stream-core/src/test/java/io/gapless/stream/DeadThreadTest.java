package io.gapless.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gapless.stream.ScriptedTransport.Scripted;
import io.gapless.stream.event.Disconnection;
import io.gapless.stream.event.StreamEvent;
import io.gapless.stream.event.StreamException;
import io.gapless.stream.post.Origin;
import io.gapless.stream.post.Post;
import io.gapless.stream.spi.Checkpoint;
import io.gapless.stream.spi.Recovery;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** A thread of the stream that dies, by our own fault or for want of memory, ends the stream, and not in silence. */
class DeadThreadTest {
    /** Such as a thread may die of, whatever it catches for its user. */
    private static final Error DEADLY = new OutOfMemoryError("on purpose");

    /** Throws where a test says, on the stream's thread. */
    private static final class Deadly implements Recovery {
        @Nullable
        Host host;

        boolean atStep;
        boolean atEnding;
        int ends;

        @Override
        public void begin(Host stream) {
            host = stream;
        }

        @Override
        public long step(long nowNanos) {
            if (atStep) throw DEADLY;
            return Duration.ofSeconds(1).toNanos();
        }

        @Override
        public void ended(int connection, Disconnection how, Instant lastSignalAt, boolean slowReader) {
            if (atEnding) throw DEADLY;
        }

        @Override
        public void end() {
            ends++;
        }

        Host host() {
            if (host == null) throw new AssertionError("not begun");
            return host;
        }
    }

    /** Kills whoever reads it out. */
    private record DeadlyEvent(Instant at) implements StreamEvent.OfRecovery {
        @Override
        public Severity severity() {
            throw DEADLY;
        }

        @Override
        public String describe() {
            return "deadly";
        }
    }

    private final Deadly recovery = new Deadly();

    private static void assertDies(Rig rig) {
        assertThatThrownBy(() -> rig.pass(Duration.ofSeconds(2))).isSameAs(DEADLY);
        rig.passSeconds(1);
    }

    private void assertFailed(Rig rig) {
        assertThat(recovery.ends).as("who waits for the recovery is told").isOne();
        assertThatThrownBy(() -> rig.stream.awaitClose(Duration.ZERO))
                .isInstanceOfSatisfying(StreamException.class, failure -> assertThat(failure.reason())
                        .isEqualTo(StreamException.Reason.DEFECT))
                .hasCause(DEADLY);
        assertThat(rig.state()).isEqualTo(Health.State.FAILED);
        assertThat(rig.stream.health().connectionsLive()).isZero();
        assertThat(rig.x.opened()).allMatch(exchange -> exchange.cancelled);
        int opened = rig.x.opened().size();
        rig.passSeconds(600);
        assertThat(rig.x.opened()).hasSize(opened);
    }

    private static void assertTold(Rig rig) {
        assertThat(rig.events.last(StreamEvent.Failed.class).failure()).hasCause(DEADLY);
        rig.stream.close();
        assertThat(rig.events.names()).endsWith("Failed", "Closed");
    }

    @Test
    void theDeathOfTheStreamsThreadEndsTheStreamAsFailed() {
        Rig rig = new Rig(recovery, Checkpoint.NONE);
        rig.live();
        recovery.atStep = true;
        assertDies(rig);

        assertFailed(rig);
        assertTold(rig);
    }

    @Test
    void theDeathOfTheHandlersThreadEndsTheStreamAsFailed() {
        Checkpoint deadly = new Checkpoint() {
            @Override
            public boolean isReady(Origin origin) {
                return true;
            }

            @Override
            public void acknowledged(List<Post> posts) {
                throw DEADLY;
            }

            @Override
            public void deadLettered(Post post, Throwable cause) {}
        };
        Rig rig = new Rig(recovery, deadly);
        rig.live().post(1);
        assertDies(rig);

        assertFailed(rig);
        assertThat(rig.events.names()).containsSequence("Disconnected", "Failed");
        assertTold(rig);
        assertThat(rig.events.last(StreamEvent.Closed.class).unhandled()).isOne();
    }

    @Test
    void theDeathOfTheEventsThreadEndsTheStreamAsFailed() {
        Rig rig = new Rig(recovery, Checkpoint.NONE);
        rig.live();
        recovery.host().execute(() -> recovery.host().event(new DeadlyEvent(Rig.START)));
        assertDies(rig);

        assertFailed(rig);
        rig.stream.close();
    }

    @Test
    void theDeathOfAThreadOfTheRecoveryEndsTheStreamAsFailed() {
        Rig rig = new Rig(recovery, Checkpoint.NONE);
        rig.live();
        recovery.host().died(DEADLY);
        rig.passSeconds(1);

        assertFailed(rig);
        assertTold(rig);
    }

    @Test
    void aThreadThatDiesOfAnothersDeathEndsTheStreamAllTheSame() {
        Rig rig = new Rig(recovery, Checkpoint.NONE);
        Scripted live = rig.live();
        recovery.atEnding = true;
        recovery.host().died(DEADLY);
        assertDies(rig);

        assertThat(live.cancelled).isTrue();
        assertFailed(rig);
        assertTold(rig);
    }
}
