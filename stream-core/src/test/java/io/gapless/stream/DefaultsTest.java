package io.gapless.stream;

import static org.assertj.core.api.Assertions.assertThat;

import io.gapless.stream.ScriptedTransport.Scripted;
import io.gapless.stream.event.StreamEvent;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** The defaults that the README promises. */
class DefaultsTest {
    private static final Duration STALL = Duration.ofSeconds(25);
    private static final int LINE_BYTES = 64 * 1024;
    private static final long INBOX_BYTES = 16L * 1024 * 1024;

    @Test
    void aConnectionStallsAfterTwentyFiveSecondsWithoutAByte() {
        Rig rig = new Rig();
        rig.live();
        rig.pass(STALL.minusMillis(1));
        assertThat(rig.events.all(StreamEvent.Disconnected.class)).isEmpty();
        rig.pass(Duration.ofMillis(1));
        assertThat(rig.events.all(StreamEvent.Disconnected.class)).hasSize(1);
    }

    @Test
    void theBudgetIsFiftyConnects() {
        assertThat(new Rig().stream.health().connectsLeft()).isEqualTo(50);
    }

    @Test
    void readingPausesWhenSixteenMebibytesWait() {
        Rig rig = new Rig();
        Scripted x = rig.live();
        String filler = "x".repeat(LINE_BYTES);
        long id = 1_990_000_000_000_000_000L;
        while (!x.paused) {
            String line = "{\"data\":{\"id\":\"" + id++ + "\",\"text\":\"" + filler + "\"}}\r\n";
            x.send(line.getBytes(StandardCharsets.UTF_8));
        }
        rig.time.settle();
        assertThat(rig.events.last(StreamEvent.ReadingPaused.class).heldBytes())
                .isBetween(INBOX_BYTES, INBOX_BYTES + 2 * LINE_BYTES);
    }
}
