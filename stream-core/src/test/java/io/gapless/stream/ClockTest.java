package io.gapless.stream;

import static org.assertj.core.api.Assertions.assertThat;

import io.gapless.stream.ScriptedTransport.Scripted;
import io.gapless.stream.event.Disconnection;
import io.gapless.stream.event.Outage;
import io.gapless.stream.event.StreamEvent;
import io.gapless.stream.seam.Ending;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

/** Machines that sleep and clocks that are set. */
class ClockTest {
    private final Rig rig = new Rig();

    @Test
    void aSuspendOfTwoHoursIsAnOutageOfTwoHours() {
        Scripted first = rig.healthy();
        first.keepAlive();
        rig.passSeconds(1);
        first.keepAlive();
        Instant lastSignal = rig.now();
        rig.time.jumpWallClock(Duration.ofHours(2));
        rig.passSeconds(25);
        rig.answered();

        Outage outage = rig.events.last(StreamEvent.OutageEnded.class).outage();
        assertThat(outage.length())
                .isBetween(Duration.ofHours(2), Duration.ofHours(2).plusSeconds(60));
        assertThat(outage.from()).isBetween(lastSignal.minusSeconds(25), lastSignal);
        assertThat(rig.events.all(StreamEvent.ClockJumped.class))
                .extracting(StreamEvent.ClockJumped::by)
                .containsExactly(Duration.ofHours(2));
    }

    @Test
    void aConnectionThatHasLivedThroughASuspendIsGivenUp() {
        Scripted first = rig.healthy();
        rig.time.jumpWallClock(Duration.ofHours(2));
        rig.passSeconds(25);

        assertThat(first.cancelled).isTrue();
        assertThat(rig.events.last(StreamEvent.Disconnected.class).how()).isInstanceOf(Disconnection.Stalled.class);
    }

    @Test
    void postsThatWaitedInTheSocketDuringASuspendDoNotHideIt() {
        Scripted first = rig.healthy();
        rig.time.jumpWallClock(Duration.ofHours(2));
        first.post(1);
        rig.passSeconds(25);
        rig.answered();

        assertThat(rig.posts).containsExactly(1L);
        assertThat(rig.events.last(StreamEvent.OutageEnded.class).outage().length())
                .isGreaterThanOrEqualTo(Duration.ofHours(2));
    }

    @Test
    void aShortJumpIsToldAndTheConnectionStays() {
        Scripted first = rig.healthy();
        first.keepAlives(Duration.ofSeconds(10), Duration.ofMinutes(2));
        rig.time.jumpWallClock(Duration.ofSeconds(5));
        rig.pass(Duration.ofMinutes(2));

        assertThat(rig.x.opened()).hasSize(1);
        assertThat(rig.events.last(StreamEvent.ClockJumped.class).by()).isEqualTo(Duration.ofSeconds(5));
    }

    @Test
    void aClockThatIsSetBackIsToldAndTheConnectionStays() {
        Scripted first = rig.healthy();
        first.keepAlives(Duration.ofSeconds(10), Duration.ofMinutes(2));
        rig.time.jumpWallClock(Duration.ofHours(-1));
        rig.pass(Duration.ofMinutes(2));

        assertThat(rig.x.opened()).hasSize(1);
        assertThat(rig.events.last(StreamEvent.ClockJumped.class).by()).isEqualTo(Duration.ofHours(-1));
    }

    @Test
    void anOutageInWhichTheClockIsSetBackIsAsLongAsItWas() {
        Scripted first = rig.healthy();
        first.keepAlive();
        rig.end(first, Ending.Kind.RESET);
        rig.passSeconds(5);
        rig.time.jumpWallClock(Duration.ofHours(-1));
        rig.passSeconds(5);
        rig.answered();

        assertThat(rig.events.last(StreamEvent.OutageEnded.class).outage().length())
                .isEqualTo(Duration.ofSeconds(10));
    }

    @Test
    void aSuspendDuringABackoffLetsTheNextTryComeAtOnce() {
        rig.start();
        rig.open().refuse(402, "");
        rig.passSeconds(10);
        rig.time.jumpWallClock(Duration.ofHours(1));
        rig.pass(Duration.ofSeconds(31));

        assertThat(rig.x.opened()).hasSize(2);
    }

    @Test
    void smallDriftOfTheClockIsNoJump() {
        Scripted x = rig.healthy();
        x.keepAlives(Duration.ofSeconds(10), Duration.ofHours(1));
        for (int i = 0; i < 360; i++) {
            rig.time.jumpWallClock(Duration.ofMillis(500));
            rig.passSeconds(10);
        }

        assertThat(rig.events.all(StreamEvent.ClockJumped.class)).isEmpty();
        assertThat(rig.x.opened()).hasSize(1);
    }
}
