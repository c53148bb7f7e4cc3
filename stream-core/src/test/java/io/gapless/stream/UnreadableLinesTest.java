package io.gapless.stream;

import static org.assertj.core.api.Assertions.assertThat;

import io.gapless.stream.ScriptedTransport.Scripted;
import io.gapless.stream.event.Disconnection;
import io.gapless.stream.event.StreamEvent;
import io.gapless.stream.event.StreamEvent.LineFault;
import io.gapless.stream.seam.Ending;
import io.gapless.stream.spi.Checkpoint;
import io.gapless.stream.spi.Recovery;
import io.gapless.stream.spi.UnreadLine;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

/** A connection that stays, and whose lines something on the way breaks or replaces. */
class UnreadableLinesTest {
    private static final String BROKEN = "{\"data\":{\"id\":\"1790000000000000000\",\"text\":\"cut off he";

    private static final class Told implements Recovery {
        final List<Instant> spans = new ArrayList<>();
        final List<UnreadLine> lines = new ArrayList<>();

        @Override
        public void unreadable(int connection, Instant heardAt) {
            spans.add(heardAt);
        }

        @Override
        public void unreadable(int connection, UnreadLine line) {
            lines.add(line);
        }
    }

    private final Told told = new Told();
    private final Rig rig = new Rig(told, Checkpoint.NONE);
    private final Scripted x = rig.healthy().post(1);
    /** The last moment at which a line could be read. */
    private final Instant heardAt = rig.now();

    @Test
    void aHundredSecondsOfBrokenLinesAreOneSpanAndTheConnectionStays() {
        for (int i = 0; i < 100; i++) {
            rig.passSeconds(1);
            x.line(BROKEN);
        }
        x.post(2);
        rig.time.settle();

        assertThat(told.spans).containsExactly(heardAt);
        assertThat(told.lines).isEmpty();
        assertThat(rig.events.all(StreamEvent.LinesUnreadable.class))
                .containsExactly(new StreamEvent.LinesUnreadable(heardAt.plusSeconds(100), 1, heardAt, 100));
        assertThat(rig.events.all(StreamEvent.Disconnected.class)).isEmpty();
    }

    @Test
    void aSingleBrokenLineIsToldWithItsIdAndNoSpan() {
        rig.passSeconds(15);
        x.line(BROKEN);
        Instant brokenAt = rig.now();
        rig.passSeconds(15);
        x.post(2);
        rig.time.settle();

        assertThat(told.spans).isEmpty();
        assertThat(told.lines)
                .containsExactly(new UnreadLine(
                        heardAt, brokenAt, LineFault.NOT_JSON, OptionalLong.of(1_790_000_000_000_000_000L)));
    }

    @Test
    void aFewBrokenLinesInAFewSecondsAreToldOneByOne() {
        x.line(BROKEN).line("<html>");
        rig.passSeconds(9);
        x.line(BROKEN).post(2);
        rig.time.settle();

        assertThat(told.spans).isEmpty();
        assertThat(told.lines).hasSize(3);
    }

    @Test
    void manyBrokenLinesAreASpanHoweverFastTheyCome() {
        for (int i = 0; i < 101; i++) x.line(BROKEN);
        x.post(2);
        rig.time.settle();

        assertThat(told.spans).hasSize(1);
        assertThat(told.lines).isEmpty();
    }

    @Test
    void keepAlivesAfterASingleBrokenLineAreXs() {
        x.line(BROKEN);
        x.keepAlives(Duration.ofSeconds(20), Duration.ofMinutes(10));
        rig.passSeconds(601);

        assertThat(told.spans).isEmpty();
        assertThat(told.lines).hasSize(1);
        assertThat(rig.events.all(StreamEvent.Disconnected.class)).isEmpty();
    }

    @Test
    void emptyLinesAmongBrokenOnesAreNoSignal() {
        for (int i = 0; i < 30; i++) {
            rig.passSeconds(1);
            x.line(BROKEN).keepAlive();
        }
        rig.end(x, Ending.Kind.CUT);

        assertThat(rig.events.last(StreamEvent.OutageStarted.class).from()).isEqualTo(heardAt);
    }

    @Test
    void anEndAmongBrokenLinesBeginsItsOutageWithTheLastThatCouldBeRead() {
        rig.passSeconds(5);
        x.line(BROKEN);
        rig.passSeconds(1);
        rig.end(x, Ending.Kind.RESET);

        assertThat(rig.events.last(StreamEvent.Disconnected.class).lastSignalAt())
                .isEqualTo(heardAt);
    }

    @Test
    void anUnfinishedLineIsNoSignalOfX() {
        rig.passSeconds(20);
        x.send(BROKEN.getBytes(java.nio.charset.StandardCharsets.UTF_8));
        rig.passSeconds(20);
        assertThat(rig.events.all(StreamEvent.Disconnected.class)).isEmpty();
        rig.end(x, Ending.Kind.RESET);

        assertThat(rig.events.last(StreamEvent.OutageStarted.class).from()).isEqualTo(heardAt);
    }

    @Test
    void twoMinutesWithoutALineThatCanBeReadEndTheConnection() {
        for (int i = 0; i < 130 && !x.over; i++) {
            rig.passSeconds(1);
            if (!x.over) x.line(BROKEN);
        }

        StreamEvent.Disconnected ended = rig.events.last(StreamEvent.Disconnected.class);
        assertThat(ended.how()).isInstanceOf(Disconnection.Unreadable.class);
        assertThat(ended.lastSignalAt()).isEqualTo(heardAt);
        assertThat(told.spans).isEmpty();
    }

    @Test
    void wholeJsonOfAnUnknownKindCanBeRead() {
        for (int i = 0; i < 60; i++) {
            x.line("{\"new\":" + i + "}");
            rig.passSeconds(20);
        }

        assertThat(told.spans).isEmpty();
        assertThat(told.lines).isEmpty();
        assertThat(rig.events.all(StreamEvent.Disconnected.class)).isEmpty();
    }

    @Test
    void aLoneValueAmongBrokenLinesProvesNothing() {
        for (int i = 0; i < 30; i++) {
            rig.passSeconds(1);
            x.line(i % 2 == 0 ? BROKEN : "7");
        }
        x.post(2);
        rig.time.settle();

        assertThat(told.spans).containsExactly(heardAt);
    }

    @Test
    void dataWithoutAnIdIsMissingAndItsLineCouldBeRead() {
        for (int i = 0; i < 3; i++) {
            rig.passSeconds(11);
            x.line("{\"data\":{\"text\":\"x\"}}");
        }
        rig.time.settle();

        assertThat(told.spans).isEmpty();
        assertThat(told.lines).extracting(UnreadLine::fault).containsOnly(LineFault.NO_ID);
        assertThat(told.lines).hasSize(3);
    }
}
