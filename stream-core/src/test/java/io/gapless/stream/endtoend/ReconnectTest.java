package io.gapless.stream.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import io.gapless.emulator.ConnectionEnd;
import io.gapless.emulator.Fault;
import io.gapless.emulator.Misbehaviour;
import io.gapless.emulator.XEmulator;
import io.gapless.stream.FilteredStream;
import io.gapless.stream.Health;
import io.gapless.stream.event.Disconnection;
import io.gapless.stream.event.StreamEvent;
import io.gapless.stream.event.StreamEvent.ConnectFailed;
import io.gapless.stream.event.StreamEvent.Connected;
import io.gapless.stream.event.StreamEvent.Disconnected;
import io.gapless.stream.event.StreamEvent.LineFault;
import io.gapless.stream.event.StreamEvent.OutageEnded;
import io.gapless.stream.event.StreamEvent.OutageStarted;
import io.gapless.stream.event.StreamEvent.Waiting;
import io.gapless.stream.seam.Ending;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** How a connection can end, and that the stream goes on after each. */
class ReconnectTest {
    private static final Duration STALL_TIMEOUT = Duration.ofSeconds(1);

    @AutoClose
    private final Streams streams = new Streams();

    private final XEmulator x = streams.x;
    private final Recorder recorder = streams.recorder;

    @ParameterizedTest
    @EnumSource(
            value = Misbehaviour.class,
            names = {
                "EOF",
                "CLOSE_WITHOUT_FINAL_CHUNK",
                "CUT_MID_LINE",
                "RESET",
                "HALF_OPEN",
                "OPERATIONAL_DISCONNECT",
                "OPERATIONAL_DISCONNECT_BARE",
                "UPSTREAM_DISCONNECT",
                "SLOW_READER"
            })
    void eachEndIsOneDisconnectionAndOneConnectionAndNothingComesTwice(Misbehaviour end) throws Exception {
        // A busy machine may hold up a keep-alive; only silence on purpose shall count as a stall here.
        Duration stallTimeout = end == Misbehaviour.HALF_OPEN ? STALL_TIMEOUT : Recorder.SOON;
        long before = streams.healthy(builder -> builder.stallTimeout(stallTimeout));

        x.inject(end);

        recorder.await(Disconnected.class);
        recorder.await(Connected.class);
        long after = x.publish("a cat after it");
        recorder.awaitPost(after);
        assertThat(recorder.events(Disconnected.class)).hasSize(1);
        assertThat(recorder.events(Connected.class)).hasSize(2);
        assertThat(recorder.events(ConnectFailed.class)).isEmpty();
        assertThat(recorder.ids()).containsExactly(before, after);
    }

    @Test
    void anOrderlyEndIsToldAsClosedByX() throws Exception {
        assertThat(endedBy(Misbehaviour.EOF)).isEqualTo(new Disconnection.ClosedByServer(true));
    }

    @Test
    void aCloseInsideTheBodyIsNotTakenForAnOrderlyEnd() throws Exception {
        assertThat(endedBy(Misbehaviour.CLOSE_WITHOUT_FINAL_CHUNK)).isEqualTo(new Disconnection.ClosedByServer(false));
    }

    @Test
    void aResetIsToldAsTheNetworks() throws Exception {
        assertThat(endedBy(Misbehaviour.RESET))
                .isInstanceOfSatisfying(Disconnection.Network.class, network -> assertThat(network.kind())
                        .isEqualTo(Ending.Kind.RESET.name()));
    }

    private Disconnection endedBy(Misbehaviour end) throws Exception {
        streams.healthy();
        x.inject(end);
        return recorder.await(Disconnected.class).how();
    }

    @Test
    void aLineCutInTheMiddleIsDroppedAndTold() throws Exception {
        long before = streams.healthy();

        x.inject(Fault.of(Misbehaviour.CUT_MID_LINE).bytes(70));

        StreamEvent.LineFaulty faulty = recorder.await(StreamEvent.LineFaulty.class);
        assertThat(faulty.fault()).isEqualTo(LineFault.UNFINISHED);
        assertThat(faulty.lengthBytes()).isEqualTo(70);
        recorder.await(Connected.class);
        assertThat(recorder.ids()).containsExactly(before);
    }

    @Test
    void aHalfOpenConnectionIsNoticedWithinASecondAfterTheStallTimeout() throws Exception {
        streams.healthy(builder -> builder.stallTimeout(STALL_TIMEOUT));

        x.inject(Misbehaviour.HALF_OPEN);

        Disconnected ended = recorder.await(Disconnected.class);
        assertThat(ended.how()).isInstanceOf(Disconnection.Stalled.class);
        assertThat(Duration.between(ended.lastSignalAt(), ended.at()))
                .isBetween(STALL_TIMEOUT, STALL_TIMEOUT.plusSeconds(1));
        assertThat(recorder.await(OutageStarted.class).from()).isEqualTo(ended.lastSignalAt());
    }

    @Test
    void aHalfOpenConnectionIsClosedByUsSoThatItsSlotIsFree() throws Exception {
        streams.healthy(builder -> builder.stallTimeout(STALL_TIMEOUT));

        x.inject(Misbehaviour.HALF_OPEN);

        recorder.await(Disconnected.class);
        recorder.await(Connected.class);
        assertThat(x.awaitConnectionsOpen(1, Recorder.SOON)).isTrue();
        assertThat(x.connections()).hasSize(2);
    }

    @Test
    void keepAlivesAloneKeepAConnectionUp() throws Exception {
        FilteredStream stream =
                streams.start(builder -> builder.stallTimeout(STALL_TIMEOUT).quietAfter(STALL_TIMEOUT.multipliedBy(2)));

        recorder.await(StreamEvent.Quiet.class);

        assertThat(recorder.events(Disconnected.class)).isEmpty();
        assertThat(stream.health().state()).isEqualTo(Health.State.LIVE);
        assertThat(stream.health().sinceLastSignal().orElseThrow()).isLessThan(STALL_TIMEOUT);
    }

    @Test
    void anOutageIsTimedFromTheLastSignalToTheNextConnection() throws Exception {
        streams.healthy();

        x.inject(Misbehaviour.RESET);

        Disconnected ended = recorder.await(Disconnected.class);
        OutageStarted started = recorder.await(OutageStarted.class);
        OutageEnded over = recorder.await(OutageEnded.class);
        assertThat(started.outageId()).isEqualTo(1);
        assertThat(over.outage().id()).isEqualTo(1);
        assertThat(over.outage().from()).isEqualTo(ended.lastSignalAt());
        assertThat(over.outage().until()).isAfterOrEqualTo(ended.at());
        assertThat(over.outage().cause()).isEqualTo(ended.how());
    }

    @ParameterizedTest
    @EnumSource(
            value = Misbehaviour.class,
            names = {"OPERATIONAL_DISCONNECT", "OPERATIONAL_DISCONNECT_BARE", "UPSTREAM_DISCONNECT", "SLOW_READER"})
    void aNoticeEndsTheConnectionThoughXLeavesTheSocketOpen(Misbehaviour notice) throws Exception {
        streams.healthy();

        x.inject(Fault.of(notice).keepOpen());

        assertThat(recorder.await(Disconnected.class).how()).isInstanceOf(Disconnection.Notice.class);
        recorder.await(Connected.class);
        assertThat(x.awaitConnectionsOpen(1, Recorder.SOON)).isTrue();
        assertThat(x.connections().get(1).end()).isIn(ConnectionEnd.CLIENT_CLOSED, ConnectionEnd.CLIENT_RESET);
    }

    @Test
    void aConnectionTooManyIsClosedByUsThoughXLeavesTheSocketOpen() throws Exception {
        streams.healthy();

        x.inject(Fault.of(Misbehaviour.IN_BAND_TOO_MANY_CONNECTIONS).keepOpen());

        assertThat(recorder.await(Disconnected.class).how().describe()).contains("TooManyConnections");
        assertThat(x.awaitConnectionsOpen(0, Recorder.SOON)).isTrue();
    }

    @Test
    void aNoticeOfAnUnknownKindIsAnsweredByAReconnectAtOnce() throws Exception {
        streams.healthy();

        x.sendLine("{\"errors\":[{\"title\":\"operational-disconnect\",\"disconnect_type\":\"MoonPhase\"}]}");

        assertThat(recorder.await(Disconnected.class).how().describe()).contains("MoonPhase");
        assertThat(Waits.length(recorder.await(Waiting.class))).isLessThanOrEqualTo(Duration.ZERO);
        recorder.await(Connected.class);
    }

    @Test
    void aSlotThatXFreesLateIsAskedForAgainAfterFiveSeconds() throws Exception {
        TimeMachine time = new TimeMachine();
        XEmulator strict = streams.from(XEmulator.builder()
                .connectionLimit(1)
                .zombieTime(Duration.ofSeconds(4))
                .rule("cats", "cat"));
        streams.in(time).healthy();

        strict.inject(Misbehaviour.RESET);

        assertThat(recorder.await(ConnectFailed.class).describe()).contains("TooManyConnections");
        Duration wait = Waits.length(recorder.await(Waiting.class));
        assertThat(wait).isBetween(Duration.ofMillis(4_995), Duration.ofMillis(5_500));
        strict.shiftTime(wait);
        time.forward(wait);
        recorder.await(Connected.class);
        recorder.awaitPost(strict.publish("a cat after it"));
        assertThat(recorder.events(OutageStarted.class)).hasSize(1);
    }

    @Test
    void afterAnOperationalDisconnectTheNextConnectIsAtOnce() throws Exception {
        assertThat(waitAfter(Misbehaviour.OPERATIONAL_DISCONNECT)).isLessThanOrEqualTo(Duration.ZERO);
    }

    @Test
    void anInBandTooManyConnectionsWaitsFiveSeconds() throws Exception {
        assertThat(waitAfter(Misbehaviour.IN_BAND_TOO_MANY_CONNECTIONS))
                .isBetween(Duration.ofSeconds(5), Duration.ofMillis(5_500));
    }

    @Test
    void aForcedDisconnectIsNotAnsweredByAnImmediateConnect() throws Exception {
        assertThat(waitAfter(Misbehaviour.FORCE_DISCONNECT)).isBetween(Duration.ofSeconds(5), Duration.ofMillis(5_500));
    }

    private Duration waitAfter(Misbehaviour end) throws Exception {
        streams.healthy();
        x.inject(end);
        recorder.await(Disconnected.class);
        return Waits.length(recorder.await(Waiting.class));
    }

    @Test
    void aConnectionThatClosesAfterEach200StaysInsideTheConnectBudget() throws Exception {
        TimeMachine time = new TimeMachine();
        x.inject(Fault.of(Misbehaviour.CLOSE_AFTER_200).times(100));
        FilteredStream stream = streams.in(time).start(builder -> builder.connectBudget(8));

        Waiting waiting = recorder.await(Waiting.class);
        while (waiting.why() != Waiting.Why.BUDGET) {
            time.forward(Waits.length(waiting));
            waiting = recorder.await(Waiting.class);
        }

        assertThat(x.requests()).hasSize(8);
        assertThat(Waits.length(waiting)).isBetween(Duration.ofMinutes(14), Duration.ofMinutes(15));
        Waits.awaitConnectsLeft(stream, 0);
    }

    @Test
    void aConnectionThatClosesAfterEach200ClimbsTheNetworkLadder() throws Exception {
        TimeMachine time = new TimeMachine();
        x.inject(Fault.of(Misbehaviour.CLOSE_AFTER_200).times(100));
        streams.in(time).start();

        for (int step = 1; step <= 4; step++) {
            Waiting waiting = recorder.await(Waiting.class);
            assertThat(Waits.length(waiting).toMillis()).isBetween(step * 250L, step * 275L);
            time.forward(Waits.length(waiting));
        }
    }

    @Test
    void eachDisconnectionHasItsOwnOutageAndItsOwnConnection() throws Exception {
        streams.start();
        for (int round = 1; round <= 3; round++) {
            recorder.await(Connected.class);
            recorder.awaitPost(x.publish("a cat in round " + round));
            x.inject(Misbehaviour.EOF);
            assertThat(recorder.await(OutageStarted.class).outageId()).isEqualTo(round);
        }
        recorder.await(OutageEnded.class);

        assertThat(recorder.events(Disconnected.class)).hasSize(3);
        assertThat(recorder.events(Connected.class)).hasSize(4);
        assertThat(recorder.events(OutageEnded.class))
                .extracting(event -> event.outage().id())
                .isEqualTo(List.of(1, 2, 3));
    }
}
