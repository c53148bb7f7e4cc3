package io.gapless.recovery;

import io.gapless.recovery.state.Change;
import io.gapless.recovery.state.Notes;
import io.gapless.stream.Recovery;
import java.time.Instant;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Whether reading has stopped lately, for the next process: X may have dropped posts for a slow reader, and no backfill
 * brings those. A process that is killed in a pause has no time left to open the gap. Owner of the note; on the stream's
 * thread.
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

    /** Whether the process before ended while it read too slowly, or soon after. */
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
        remember.accept(new Change.Noted(Notes.READING_PAUSED, text));
    }
}
