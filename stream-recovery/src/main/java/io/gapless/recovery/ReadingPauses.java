package io.gapless.recovery;

import io.gapless.recovery.state.Change;
import io.gapless.recovery.state.NoteNames;
import io.gapless.stream.spi.Recovery;
import java.time.Instant;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Remembers for the next process that reading from X has stopped lately, because the inbox was full. X may have dropped
 * posts then, and a backfill does not return dropped posts. A process that is killed during such a pause has no time to
 * open a gap, so the next process needs the note. Owns the note. Runs on the stream's thread.
 */
final class ReadingPauses {
    private final Consumer<Change> remember;
    private final boolean beforeStart;
    private boolean noted;

    ReadingPauses(@Nullable String note, Consumer<Change> remember) {
        this.remember = remember;
        this.beforeStart = note != null && !note.isEmpty();
        this.noted = beforeStart;
    }

    /** Returns whether the earlier process ended while reading had stopped, or within a minute after. */
    boolean beforeStart() {
        return beforeStart;
    }

    void step(List<Recovery.LiveConnection> live, Instant now) {
        boolean slow = live.stream().anyMatch(Recovery.LiveConnection::slowReader);
        if (slow && !noted) note(now.toString());
        else if (noted && !slow && !live.isEmpty()) note("");
    }

    private void note(String text) {
        noted = !text.isEmpty();
        remember.accept(new Change.Noted(NoteNames.READING_PAUSED, text));
    }
}
