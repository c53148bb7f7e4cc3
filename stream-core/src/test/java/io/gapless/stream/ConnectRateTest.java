package io.gapless.stream;

import static org.assertj.core.api.Assertions.assertThat;

import io.gapless.stream.ScriptedTransport.Scripted;
import io.gapless.stream.event.StreamEvent;
import io.gapless.stream.event.StreamEvent.Waiting.Why;
import io.gapless.stream.seam.Ending;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** However X behaves, it is never hammered: every window of 15 minutes is looked at, on the wire. */
class ConnectRateTest {
    private static final long WINDOW = Duration.ofMinutes(15).toNanos();

    private static final Consumer<Scripted> CLOSE = x -> x.answer(200).end(Ending.Kind.COMPLETE);
    private static final Consumer<Scripted> POST_AND_CLOSE =
            x -> x.answer(200).post(1).end(Ending.Kind.CUT);
    private static final Consumer<Scripted> NOTICE =
            x -> x.answer(200).line("{\"disconnect_type\":\"OperationalDisconnect\"}");
    private static final Consumer<Scripted> RESET = x -> x.end(Ending.Kind.RESET);
    private static final Consumer<Scripted> NO_ANSWER = x -> x.end(Ending.Kind.NO_ANSWER);
    private static final Consumer<Scripted> ERROR = x -> x.refuse(503, "");
    private static final Consumer<Scripted> BUSY =
            x -> x.refuse(429, "{\"connection_issue\":\"TooManyConnections\",\"title\":\"ConnectionException\"}");

    static Stream<List<Consumer<Scripted>>> faults() {
        return Stream.of(
                List.of(CLOSE),
                List.of(POST_AND_CLOSE),
                List.of(NOTICE),
                List.of(RESET),
                List.of(NO_ANSWER),
                List.of(ERROR),
                List.of(BUSY),
                List.of(CLOSE, RESET, NOTICE, POST_AND_CLOSE),
                List.of(CLOSE, ERROR, BUSY, NO_ANSWER));
    }

    @ParameterizedTest
    @MethodSource("faults")
    void noWindowOfAnHourOfFaultsHoldsMoreThan50Connects(List<Consumer<Scripted>> faults) {
        Rig rig = new Rig();
        Random random = new Random(3);
        rig.x.script(x -> faults.get(random.nextInt(faults.size())).accept(x));
        rig.start();
        rig.pass(Duration.ofHours(1));

        List<Long> connects = rig.x.opened().stream().map(x -> x.openedNanos).toList();
        for (int i = 0; i + 50 < connects.size(); i++) {
            assertThat(connects.get(i + 50) - connects.get(i)).isGreaterThanOrEqualTo(WINDOW);
        }
        assertThat(connects).hasSizeGreaterThan(5);
    }

    @Test
    void aConnectThatMayHaveBeenSentTwiceCountsTwice() {
        Rig rig = new Rig();
        rig.x.script(NO_ANSWER);
        rig.start();
        rig.pass(Duration.ofMinutes(14));

        assertThat(rig.x.opened()).hasSize(25);
    }

    @Test
    void aSpentBudgetIsToldOnceAndTheStreamGoesOnInTheNextWindow() {
        Rig rig = new Rig();
        rig.x.script(CLOSE);
        rig.start();
        rig.pass(Duration.ofMinutes(14));

        assertThat(rig.x.opened()).hasSize(50);
        assertThat(rig.stream.health().connectsLeft()).isZero();
        assertThat(rig.events.all(StreamEvent.Waiting.class))
                .filteredOn(waiting -> waiting.why() == Why.BUDGET)
                .hasSize(1);
        rig.x.script(x -> x.answer(200).keepAlive());
        rig.pass(Duration.ofMinutes(2));
        assertThat(rig.state()).isEqualTo(Health.State.LIVE);
    }

    @ParameterizedTest
    @MethodSource("neverReached")
    void anHourWithoutReachingXCostsNothing(Ending.Kind kind) {
        Rig rig = new Rig();
        rig.x.script(x -> x.end(kind));
        rig.start();
        rig.pass(Duration.ofHours(1));

        assertThat(rig.stream.health().connectsLeft()).isEqualTo(50);
        assertThat(rig.events.all(StreamEvent.Waiting.class)).noneMatch(waiting -> waiting.why() == Why.BUDGET);
        assertThat(rig.x.opened()).hasSizeBetween(200, 400);
    }

    static Stream<Ending.Kind> neverReached() {
        return Stream.of(Ending.Kind.UNKNOWN_HOST, Ending.Kind.NOT_CONNECTED);
    }
}
