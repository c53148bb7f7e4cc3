package io.gapless.page;

import static org.assertj.core.api.Assertions.assertThat;

import io.gapless.page.Story.Doing;
import io.gapless.page.Story.Part;
import io.gapless.stream.event.Disconnection;
import io.gapless.stream.event.StreamEvent;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class StoryTest {
    private static final Instant AT = Instant.parse("2026-12-02T10:00:00Z");
    private static final Disconnection ENDED = new Disconnection.ClosedByServer(true);

    private final Story story = new Story();

    private List<Part> parts() {
        return story.connections().get(1);
    }

    @Test
    void aWaitThatEndsByAConnectIsNoEndingOfAConnection() {
        story.add(new StreamEvent.Connecting(AT, 1));
        story.add(new StreamEvent.Connected(AT.plusSeconds(1), 1));
        story.add(new StreamEvent.Disconnected(AT.plusSeconds(10), 1, ENDED, AT.plusSeconds(9)));
        story.add(new StreamEvent.Waiting(
                AT.plusSeconds(10), 1, AT.plusSeconds(12), StreamEvent.Waiting.Why.BACKOFF, Optional.of(ENDED)));
        story.add(new StreamEvent.Connecting(AT.plusSeconds(12), 1));
        story.add(new StreamEvent.Connected(AT.plusSeconds(13), 1));

        assertThat(parts())
                .extracting(Part::doing)
                .containsExactly(Doing.CONNECTING, Doing.UP, Doing.WAITING, Doing.CONNECTING, Doing.UP);
        assertThat(parts().stream().filter(part -> !part.kind().isEmpty()))
                .singleElement()
                .satisfies(part -> {
                    assertThat(part.doing()).isEqualTo(Doing.UP);
                    assertThat(part.kind()).isEqualTo("CLOSED_BY_SERVER");
                });
    }

    @Test
    void aConnectThatFailsIsAnEnding() {
        story.add(new StreamEvent.Connecting(AT, 1));
        story.add(new StreamEvent.ConnectFailed(AT.plusSeconds(1), 1, ENDED));

        assertThat(parts()).singleElement().satisfies(part -> {
            assertThat(part.kind()).isEqualTo("CLOSED_BY_SERVER");
            assertThat(part.cause()).isEqualTo(ENDED.describe());
        });
    }

    @Test
    void whatTheProgramClosesIsMarkedAsItsOwn() {
        story.add(new StreamEvent.Connecting(AT, 1));
        story.add(new StreamEvent.Connected(AT.plusSeconds(1), 1));
        story.add(new StreamEvent.Closed(AT.plusSeconds(5), 0));

        assertThat(parts()).last().extracting(Part::kind).isEqualTo("CLOSED_BY_US");
    }
}
