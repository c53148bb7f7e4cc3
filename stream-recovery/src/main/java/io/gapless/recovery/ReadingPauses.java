package io.gapless.recovery;

import io.gapless.recovery.state.Change;
import io.gapless.recovery.state.NoteNames;
import io.gapless.stream.seam.Time;
import io.gapless.stream.seam.Work;
import io.gapless.stream.spi.Recovery;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Notes in the state that reading from X is paused, because the inbox is full. X may drop posts then, and a backfill does
 * not return dropped posts. A process that is killed during a pause has no time to open a gap, so the next process needs
 * the note. A pause that cannot be noted must end before X drops posts. Owns the note. Runs on the stream's thread.
 *
 * <pre>
 *  CLEAR ──paused──▶ ASKED ──committed──▶ NOTED ──(a minute without a pause)──▶ CLEAR
 * </pre>
 */
final class ReadingPauses {
    private enum Note {
        CLEAR,
        ASKED,
        NOTED
    }

    /** How long reading may be paused before the note is committed. X buffers what is not read for a few seconds. */
    private static final long UNNOTED_MAX_NANOS = Duration.ofSeconds(2).toNanos();

    private final StateWriter writer;
    private final Time time;
    private final boolean beforeStart;
    private Note state;
    private long askedNanos;

    /**
     * Recalls the note of the earlier process.
     *
     * @param note the note; null or empty if reading was not paused
     */
    ReadingPauses(@Nullable String note, StateWriter writer, Time time) {
        this.writer = writer;
        this.time = time;
        this.beforeStart = note != null && !note.isEmpty();
        this.state = beforeStart ? Note.NOTED : Note.CLEAR;
    }

    /** Returns whether the earlier process ended while reading was paused, or within a minute after. */
    boolean beforeStart() {
        return beforeStart;
    }

    /** Notes that reading is paused, unless the state has the note already. */
    void note(Instant now) {
        if (state != Note.CLEAR) return;
        long nowNanos = time.nanoTime();
        state = Note.ASKED;
        askedNanos = nowNanos;
        writer.remember(new Change.Noted(NoteNames.READING_PAUSED, now.toString()));
        // The note is committed before the question is answered.
        writer.ask(store -> Note.NOTED, noted -> {
            if (state == Note.ASKED && askedNanos == nowNanos) state = noted;
        });
    }

    /** Returns whether reading may be paused, because the next process will know of it. */
    boolean mayPause() {
        return switch (state) {
            case CLEAR -> writer.isWritable();
            case ASKED -> writer.isWritable() && untilOverdue() > 0;
            case NOTED -> true;
        };
    }

    private long untilOverdue() {
        return askedNanos + UNNOTED_MAX_NANOS - time.nanoTime();
    }

    /** Returns after how many nanoseconds, at the latest, {@link #mayPause} must be asked again. */
    long step(List<Recovery.LiveConnection> live, Instant now) {
        if (live.stream().anyMatch(Recovery.LiveConnection::slowReader)) note(now);
        else if (state != Note.CLEAR && !live.isEmpty()) clear();
        return state == Note.ASKED && untilOverdue() > 0 ? untilOverdue() : Work.UNTIL_WOKEN;
    }

    private void clear() {
        state = Note.CLEAR;
        writer.remember(new Change.Noted(NoteNames.READING_PAUSED, ""));
    }
}
