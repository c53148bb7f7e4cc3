package io.gapless.stream;

import static org.assertj.core.api.Assertions.assertThat;

import io.gapless.stream.ScriptedTransport.Scripted;
import io.gapless.stream.event.Disconnection;
import io.gapless.stream.event.StreamEvent;
import io.gapless.stream.seam.Ending;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whether what answered is X: a status says nothing, and what follows must be X's own. */
class FirstWordTest {
    private static final Map<String, String> HTML = Map.of("Content-Type", "text/html; charset=utf-8");
    private static final String PAGE = "<!DOCTYPE html>\r\n<html>\r\n\r\n<body>Please log in</body>\r\n</html>\r\n";

    private final Rig rig = new Rig();

    /** An outage, and the connect that may end it, which is answered 200. */
    private Scripted answeredInAnOutage(Map<String, String> headers) {
        rig.end(rig.healthy(), Ending.Kind.RESET);
        Scripted next = rig.open().answer(200, headers);
        rig.time.settle();
        return next;
    }

    @Test
    void anOutageEndsWithTheAnswerOnceTheFirstLineHasShownWhoseItIs() {
        Scripted next = answeredInAnOutage(Map.of());
        Instant answeredAt = rig.now();
        rig.passSeconds(15);
        assertThat(rig.events.all(StreamEvent.Connected.class)).hasSize(1);
        assertThat(rig.events.all(StreamEvent.OutageEnded.class)).isEmpty();
        assertThat(rig.state()).isEqualTo(Health.State.CONNECTING);

        next.keepAlive();
        rig.time.settle();
        assertThat(rig.events.last(StreamEvent.OutageEnded.class).at()).isEqualTo(answeredAt.plusSeconds(15));
        assertThat(rig.events.last(StreamEvent.OutageEnded.class).outage().until())
                .isEqualTo(answeredAt);
        assertThat(rig.state()).isEqualTo(Health.State.LIVE);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"data\":{\"id\":\"1\"}}",
                "{\"info\":{\"message\":\"Replay Request Completed\"}}",
                "{\"errors\":[{\"title\":\"Not Found Error\",\"resource_id\":\"5\"}]}",
                ""
            })
    void aLineOfXConfirmsIt(String line) {
        answeredInAnOutage(Map.of()).line(line);
        rig.time.settle();

        assertThat(rig.events.all(StreamEvent.OutageEnded.class)).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"<html>", "{\"data\":{\"id\":\"1\"", "{\"error\":\"login required\"}", "7"})
    void aLineOfSomebodyElseDoesNot(String line) {
        answeredInAnOutage(Map.of()).line(line);
        rig.time.settle();

        assertThat(rig.events.all(StreamEvent.OutageEnded.class)).isEmpty();
    }

    @Test
    void anEmptyLineAfterOneThatCannotBeReadIsNoKeepAlive() {
        Scripted next = answeredInAnOutage(Map.of());
        next.line("<html>").keepAlive();
        rig.passSeconds(15);
        next.keepAlive();
        rig.time.settle();

        assertThat(rig.events.all(StreamEvent.OutageEnded.class)).isEmpty();
        next.post(1);
        rig.time.settle();
        assertThat(rig.events.all(StreamEvent.OutageEnded.class)).hasSize(1);
        assertThat(rig.posts).containsExactly(1L);
    }

    @Test
    void anEmptyLineOfAPageIsNoKeepAlive() {
        Scripted next = answeredInAnOutage(HTML);
        next.keepAlive();
        rig.time.settle();

        assertThat(rig.events.all(StreamEvent.OutageEnded.class)).isEmpty();
    }

    @Test
    void aPortalsPageIsAFailedConnectThatSaysWhatAnswered() {
        Scripted next = answeredInAnOutage(HTML);
        next.send(PAGE.getBytes(StandardCharsets.UTF_8)).end(Ending.Kind.COMPLETE);
        rig.time.settle();

        StreamEvent.ConnectFailed failed = rig.events.last(StreamEvent.ConnectFailed.class);
        assertThat(failed.how()).isInstanceOf(Disconnection.NotFromX.class);
        assertThat(failed.describe()).contains("HTTP 200").contains("Please log in");
        assertThat(rig.events.all(StreamEvent.OutageStarted.class)).hasSize(1);
    }

    @Test
    void aPageThatGoesOnForeverIsLeftAfterTwoMinutes() {
        Scripted next = answeredInAnOutage(Map.of());
        for (int i = 1; i < 40; i++) {
            rig.time.after(Duration.ofSeconds(10L * i), () -> {
                if (!next.over) next.line("<p>Please wait</p>");
            });
        }
        rig.passSeconds(100);
        assertThat(next.cancelled).isFalse();
        rig.passSeconds(60);

        assertThat(next.cancelled).isTrue();
        assertThat(rig.events.all(StreamEvent.ConnectFailed.class).get(0).how())
                .isInstanceOf(Disconnection.NotFromX.class);
    }

    @Test
    void aNoticeInsteadOfAStreamEndsNoOutage() {
        Scripted next = answeredInAnOutage(Map.of());
        next.line("{\"title\":\"ConnectionException\",\"connection_issue\":\"TooManyConnections\"}");
        rig.time.settle();

        assertThat(rig.events.last(StreamEvent.ConnectFailed.class).how()).isInstanceOf(Disconnection.Notice.class);
        assertThat(rig.events.all(StreamEvent.OutageEnded.class)).isEmpty();
    }

    @Test
    void whatCouldNotBeReadBeforeTheFirstLineOfXIsMissingSinceTheAnswer() {
        Scripted next = answeredInAnOutage(Map.of());
        Instant answeredAt = rig.now();
        next.line("<html>").line("</html>");
        rig.passSeconds(12);
        next.post(1);
        rig.time.settle();

        assertThat(rig.events.last(StreamEvent.LinesUnreadable.class).from()).isEqualTo(answeredAt);
    }
}
