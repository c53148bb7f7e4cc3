package io.gapless.recovery;

import io.gapless.recovery.state.Change;
import io.gapless.recovery.state.Notes;
import java.time.Instant;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * When a state that has never heard X was started first, by this machine's clock, since X has not told its time yet.
 * Coverage begins then, and not when X first lets us in, however many processes it takes. Owner of the note; on the
 * stream's thread.
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

    /** Nothing has been heard so far, now or in an earlier process. */
    void begin(Instant now) {
        if (at != null) return;
        at = now;
        note(now.toString());
    }

    /** X lets us in; returns when that was first wanted, in X's time, unless it was let in before. */
    Optional<Instant> connected() {
        Optional<Instant> start = Optional.ofNullable(at).map(x::of);
        forget();
        return start;
    }

    /** X has refused us for good: nobody expects, or wants to pay, what comes until that has been put right. */
    void forget() {
        if (at == null) return;
        at = null;
        note("");
    }

    private void note(String text) {
        remember.accept(new Change.Noted(Notes.FIRST_START, text));
    }
}
