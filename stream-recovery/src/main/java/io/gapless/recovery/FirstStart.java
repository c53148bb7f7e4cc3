package io.gapless.recovery;

import io.gapless.recovery.state.Change;
import io.gapless.recovery.state.NoteNames;
import java.time.Instant;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Remembers when a new state directory was first started, by this machine's clock, since X's time is not known then.
 * Coverage begins at that moment and not at the first connection, however many processes it takes. Owns the note. Runs
 * on the stream's thread.
 */
final class FirstStart {
    private final XClock x;
    private final Consumer<Change> remember;
    private @Nullable Instant at;

    FirstStart(XClock x, @Nullable String note, Consumer<Change> remember) {
        this.x = x;
        this.remember = remember;
        this.at = note == null || note.isEmpty() ? null : Instant.parse(note);
    }

    /** Notes the first start, unless an earlier process has. No signal of X has arrived yet. */
    void begin(Instant now) {
        if (at != null) return;
        at = now;
        note(now.toString());
    }

    /** Returns the time of the first start, in X's time, and forgets it. Empty if there was a connection before. */
    Optional<Instant> connected() {
        Optional<Instant> start = Optional.ofNullable(at).map(x::of);
        forget();
        return start;
    }

    /**
     * Forgets the first start, because X has refused the stream for good. Nobody expects, or wants to pay for, the
     * posts up to the moment when a person has changed the cause.
     */
    void forget() {
        if (at == null) return;
        at = null;
        note("");
    }

    private void note(String text) {
        remember.accept(new Change.Noted(NoteNames.FIRST_START, text));
    }
}
