package io.gapless.stream;

import static org.assertj.core.api.Assertions.assertThat;

import io.gapless.stream.ScriptedTransport.Scripted;
import io.gapless.stream.event.StreamEvent;
import io.gapless.stream.event.StreamEvent.LineFault;
import io.gapless.stream.seam.Ending;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What X says without a line end, or with more than one: HTTP's framing tells whether it is whole. */
class LastWordsTest {
    private static final String TOO_MANY =
            "{\"title\":\"ConnectionException\",\"connection_issue\":\"TooManyConnections\",\"type\":\"x\"}";
    private static final String INDENTED = """
            {
            \t"errors": [
            \t\t{
            \t\t\t"title": "operational-disconnect",
            \t\t\t"details": [
            \t\t\t\t"words"
            \t\t\t],
            \t\t\t"disconnect_type": "UpstreamOperationalDisconnect"
            \t\t}
            \t]
            }
            """.replace("\n", "\r\n");

    private final Rig rig = new Rig();

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "\r"})
    void aPostBeforeAnOrderlyEndNeedsNoLineEnd(String end) {
        Scripted x = rig.healthy();
        x.send(bytes("{\"data\":{\"id\":\"1\"}}" + end)).end(Ending.Kind.COMPLETE);
        rig.time.settle();

        assertThat(rig.posts).containsExactly(1L);
        assertThat(rig.events.all(StreamEvent.LineFaulty.class)).isEmpty();
    }

    @ParameterizedTest
    @EnumSource(
            value = Ending.Kind.class,
            names = {"CUT", "RESET"})
    void beforeAnyOtherEndItIsNotBelieved(Ending.Kind kind) {
        Scripted x = rig.healthy();
        x.send(bytes("{\"data\":{\"id\":\"1\"}}")).end(kind);
        rig.time.settle();

        assertThat(rig.posts).isEmpty();
        assertThat(rig.events.last(StreamEvent.LineFaulty.class).fault()).isEqualTo(LineFault.UNFINISHED);
    }

    @Test
    void whatIsNotWholeIsDroppedAlsoBeforeAnOrderlyEnd() {
        Scripted x = rig.healthy();
        x.send(bytes("{\"data\":{\"id\":\"1\"}")).end(Ending.Kind.COMPLETE);
        rig.time.settle();

        assertThat(rig.posts).isEmpty();
        assertThat(rig.events.last(StreamEvent.LineFaulty.class).fault()).isEqualTo(LineFault.UNFINISHED);
    }

    @Test
    void aNoticeWithoutALineEndIsHeard() {
        rig.start();
        rig.open().answer(200).send(bytes(TOO_MANY)).end(Ending.Kind.COMPLETE);
        rig.time.settle();

        assertThat(rig.events.last(StreamEvent.ConnectFailed.class).describe()).contains("TooManyConnections");
        StreamEvent.Waiting waiting = rig.events.last(StreamEvent.Waiting.class);
        assertThat(waiting.nextTryAt()).isAfterOrEqualTo(waiting.at().plusSeconds(5));
    }

    @Test
    void anIndentedNoticeIsHeardAtOnce() {
        Scripted x = rig.healthy();
        x.post(1).send(bytes(INDENTED));
        rig.time.settle();

        assertThat(x.cancelled).isTrue();
        assertThat(rig.events.last(StreamEvent.Disconnected.class).how().describe())
                .contains("UpstreamOperationalDisconnect");
        assertThat(rig.events.all(StreamEvent.LineFaulty.class)).isEmpty();
    }

    @Test
    void anIndentedPostIsAPostOfOneLine() {
        Rig reader = new Rig();
        Scripted x = reader.healthy();
        x.send(bytes("{\r\n  \"data\": {\r\n    \"id\": \"5\"\r\n  }\r\n}\r\n")).post(6);
        reader.time.settle();

        assertThat(reader.posts).containsExactly(5L, 6L);
        assertThat(reader.events.all(StreamEvent.LineFaulty.class)).isEmpty();
    }

    @Test
    void linesThatOnlyLookIndentedAreToldOnceSomethingElseComes() {
        Scripted x = rig.healthy();
        x.send(bytes("{\"data\":{\"id\":\"7\",\r\n")).post(1);
        rig.time.settle();

        assertThat(rig.posts).containsExactly(1L);
        assertThat(rig.events.last(StreamEvent.LineFaulty.class).fault()).isEqualTo(LineFault.NOT_JSON);
    }

    @Test
    void whatNeverBecomesWholeIsBounded() {
        Scripted x = rig.healthy();
        x.send(bytes("{\r\n"));
        for (int i = 0; i < 3_000; i++) x.send(bytes("\"some words without an end in sight\",\r\n"));
        x.post(1);
        rig.time.settle();

        assertThat(rig.posts).containsExactly(1L);
        assertThat(rig.events.all(StreamEvent.LineFaulty.class)).isNotEmpty();
    }
}
