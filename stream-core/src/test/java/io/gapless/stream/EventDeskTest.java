package io.gapless.stream;

import static org.assertj.core.api.Assertions.assertThat;

import io.gapless.stream.event.StreamEvent;
import io.gapless.stream.event.StreamEvent.LineFault;
import io.gapless.stream.event.StreamListener;
import io.gapless.stream.post.Origin;
import io.gapless.stream.post.Post;
import io.gapless.stream.seam.VirtualTime;
import io.gapless.stream.spi.PostLine;
import io.gapless.stream.spi.Source;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class EventDeskTest {
    private static final Instant NOW = Instant.parse("2026-11-22T12:00:00Z");

    private final VirtualTime time = new VirtualTime(NOW);
    private final List<StreamEvent> told = new ArrayList<>();
    private final List<Throwable> deaths = new ArrayList<>();

    private EventDesk desk(StreamListener listener) {
        EventDesk desk = new EventDesk(time, listener, deaths::add);
        desk.begin();
        return desk;
    }

    @Test
    void eventsAreToldInOrder() {
        EventDesk desk = desk(told::add);
        for (int i = 1; i <= 3; i++) desk.tell(new StreamEvent.Connecting(NOW, i));
        time.settle();

        assertThat(told)
                .extracting(event -> ((StreamEvent.Connecting) event).connection())
                .containsExactly(1, 2, 3);
    }

    @Test
    void aListenerThatThrowsIsToldTheNextEventAllTheSame() {
        EventDesk desk = desk(event -> {
            told.add(event);
            if (told.size() == 1) throw new IllegalStateException("mine");
            if (told.size() == 2) throw new AssertionError("mine");
        });
        for (int i = 1; i <= 3; i++) desk.tell(new StreamEvent.Connecting(NOW, i));
        time.settle();

        assertThat(told).hasSize(3);
    }

    @Test
    void whatASlowListenerMissesIsCounted() {
        EventDesk desk = desk(this::slow);
        desk.tell(new StreamEvent.Started(NOW));
        time.after(Duration.ofSeconds(1), () -> tellConnecting(desk, 10_007));
        time.advance(Duration.ofMinutes(1));

        assertThat(told).hasSize(10_002);
        assertThat(told.get(10_001)).isEqualTo(new StreamEvent.EventsDropped(NOW.plusSeconds(10), 7));
    }

    @Test
    void closedIsToldLastHoweverManyEventsWait() {
        EventDesk desk = desk(this::slow);
        desk.tell(new StreamEvent.Started(NOW));
        time.after(Duration.ofSeconds(1), () -> tellConnecting(desk, 10_000));
        time.after(Duration.ofSeconds(2), () -> desk.tell(new StreamEvent.Closed(NOW, 0)));
        time.after(Duration.ofSeconds(3), () -> tellConnecting(desk, 5));
        time.advance(Duration.ofMinutes(1));

        assertThat(told.get(told.size() - 1)).isInstanceOf(StreamEvent.Closed.class);
        assertThat(told.get(told.size() - 2)).isInstanceOf(StreamEvent.EventsDropped.class);
    }

    @Test
    void aDeadLetterIsLoggedAtOnceAndNoFullQueueDropsIt() {
        EventLogTest.Lines lines = new EventLogTest.Lines();
        EventDesk desk = new EventDesk(time, this::slow, deaths::add, lines);
        desk.begin();
        desk.tell(new StreamEvent.Started(NOW));
        time.after(Duration.ofSeconds(1), () -> tellConnecting(desk, 10_000));
        time.after(Duration.ofSeconds(2), () -> {
            desk.tell(new StreamEvent.DeadLettered(NOW, post(), new IOException("bad")));
            assertThat(lines.told).singleElement().asString().startsWith("ERROR Post 7 is dead-lettered");
        });
        time.advance(Duration.ofMinutes(1));

        assertThat(told).filteredOn(StreamEvent.DeadLettered.class::isInstance).hasSize(1);
        assertThat(told).contains(new StreamEvent.EventsDropped(NOW.plusSeconds(10), 1));
        assertThat(lines.told).filteredOn(line -> line.contains("Post 7")).hasSize(1);
    }

    private static Post post() {
        return PostLine.read("{\"data\":{\"id\":\"7\"}}".getBytes(StandardCharsets.UTF_8), new Source(Origin.LIVE), NOW)
                .orElseThrow();
    }

    @Test
    void nothingIsToldAfterClosed() {
        EventDesk desk = desk(told::add);
        desk.tell(new StreamEvent.Closed(NOW, 0));
        desk.tell(new StreamEvent.Started(NOW));
        time.settle();
        desk.tell(new StreamEvent.Started(NOW));
        time.settle();

        assertThat(told).containsExactly(new StreamEvent.Closed(NOW, 0));
    }

    @Test
    void whatComesWithEveryLineIsSummedUpAndPushesNothingOut() {
        EventDesk desk = desk(told::add);
        for (int i = 0; i < 100_000; i++) {
            desk.tell(new StreamEvent.LineFaulty(NOW, 1, LineFault.NOT_JSON, 10, OptionalLong.of(i), 1));
            desk.tell(new StreamEvent.MessageUnknown(NOW, 1, "{}", 1));
        }
        desk.tell(new StreamEvent.Connecting(NOW, 1));
        time.settle();
        assertThat(told).hasSize(3);

        time.advance(Duration.ofMinutes(1));
        assertThat(told).hasSize(5);
        assertThat(told)
                .contains(new StreamEvent.LineFaulty(
                        NOW.plusSeconds(60), 1, LineFault.NOT_JSON, 10, OptionalLong.of(99_999), 99_999));
    }

    @Test
    void aBadLineAMinuteForADayIsAHandfulOfEvents() {
        EventDesk desk = desk(told::add);
        for (int i = 0; i < 1_440; i++) {
            desk.tell(new StreamEvent.LineFaulty(time.instant(), 1, LineFault.NOT_JSON, 10, OptionalLong.empty(), 1));
            time.advance(Duration.ofMinutes(1));
        }
        desk.tell(new StreamEvent.Closed(time.instant(), 0));
        time.settle();

        assertThat(told).hasSizeLessThan(40);
        assertThat(told.stream()
                        .filter(StreamEvent.LineFaulty.class::isInstance)
                        .mapToLong(event -> ((StreamEvent.LineFaulty) event).count())
                        .sum())
                .isEqualTo(1_440);
        assertThat(told.get(told.size() - 1)).isInstanceOf(StreamEvent.Closed.class);
    }

    @Test
    void whatHasStoppedForAWhileIsReportedAtOnceWhenItBeginsAgain() {
        EventDesk desk = desk(told::add);
        desk.tell(new StreamEvent.MessageUnknown(NOW, 1, "{}", 1));
        time.advance(Duration.ofMinutes(62));
        desk.tell(new StreamEvent.MessageUnknown(NOW, 1, "{}", 1));
        time.settle();

        assertThat(told).hasSize(2);
    }

    private void slow(StreamEvent event) {
        told.add(event);
        if (event instanceof StreamEvent.Started) time.sleep(Duration.ofSeconds(10));
    }

    private static void tellConnecting(EventDesk desk, int count) {
        for (int i = 0; i < count; i++) desk.tell(new StreamEvent.Connecting(NOW, 1));
    }
}
