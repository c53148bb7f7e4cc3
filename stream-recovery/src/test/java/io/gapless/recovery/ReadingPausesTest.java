package io.gapless.recovery;

import static org.assertj.core.api.Assertions.assertThat;

import io.gapless.recovery.state.Change;
import io.gapless.recovery.state.MemoryStateStore;
import io.gapless.recovery.state.NoteNames;
import io.gapless.stream.seam.VirtualTime;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Whether the next process will know that reading was paused. */
class ReadingPausesTest {
    private static final Instant START = Instant.parse("2026-11-22T12:00:00Z");

    private final VirtualTime time = new VirtualTime(START);
    private final FragileStore store = new FragileStore(new MemoryStateStore(time), time);
    private final StateWriter writer = new StateWriter(time, store);
    private final ReadingPauses pauses = new ReadingPauses(null, writer, time);

    private String note() {
        return store.disk().remembered().notes().getOrDefault(NoteNames.READING_PAUSED, "");
    }

    @Test
    void aPauseMayLastOnceItIsNoted() {
        writer.mailTo(Runnable::run);
        writer.begin();
        pauses.note(START);
        time.advance(Duration.ofHours(1));
        assertThat(note()).isEqualTo(START.toString());
        assertThat(pauses.mayPause()).isTrue();
        store.full(true);
        writer.remember(new Change.Noted("other", "note"));
        time.advance(Duration.ofHours(1));
        assertThat(writer.isWritable()).isFalse();
        assertThat(pauses.mayPause()).isTrue();
    }

    @Test
    void aPauseMayNotBeginWhileTheStateCannotBeWritten() {
        writer.mailTo(Runnable::run);
        writer.begin();
        store.full(true);
        writer.remember(new Change.Noted("other", "note"));
        time.advance(Duration.ofSeconds(1));
        assertThat(pauses.mayPause()).isFalse();
        pauses.note(START);
        assertThat(pauses.mayPause()).isFalse();
        store.full(false);
        time.advance(Duration.ofSeconds(2));
        assertThat(pauses.mayPause()).isTrue();
    }

    @Test
    void aPauseMayLast2SecondsWhileACommitHangs() {
        // The writer has not begun, so it commits nothing.
        pauses.note(START);
        time.advance(Duration.ofMillis(1_999));
        assertThat(pauses.mayPause()).isTrue();
        assertThat(pauses.step(List.of(), START)).isEqualTo(1_000_000);
        time.advance(Duration.ofMillis(1));
        assertThat(pauses.mayPause()).isFalse();
    }
}
