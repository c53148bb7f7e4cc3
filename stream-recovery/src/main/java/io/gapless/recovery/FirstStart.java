package io.gapless.recovery;

import io.gapless.recovery.state.Change;
import io.gapless.recovery.state.NoteNames;
import io.gapless.recovery.state.StateStore;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Remembers when a stream was first started on a new state directory, by this machine's clock, since X's time is not
 * known then. The stream must receive all posts from that moment on, and not only from the first connection on, even if
 * several processes end before one of them connects. Owns the note of that moment. Runs on the stream's thread.
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

    /**
     * Returns the note of a first start at {@code now}, by this machine's clock; empty if an earlier process has noted
     * one, or was connected. A process that takes a shared state commits it at once: the database may be away before
     * anything else is committed.
     */
    static Optional<Change> note(StateStore.Remembered remembered, Instant now) {
        boolean known = remembered.frontier().isPresent()
                || !remembered.notes().getOrDefault(NoteNames.FIRST_START, "").isEmpty();
        return known ? Optional.empty() : Optional.of(note(now.toString()));
    }

    private static Change note(String text) {
        return new Change.Noted(NoteNames.FIRST_START, text);
    }

    /**
     * Notes {@code now}, by this machine's clock, as the first start, unless an earlier process has noted one. Called
     * only while no signal of X has ever arrived.
     */
    void begin(Instant now) {
        if (at != null) return;
        at = now;
        remember.accept(note(now.toString()));
    }

    /** Moves the first start along with this machine's clock, which was set. */
    void clockSet(Duration by) {
        if (at == null) return;
        at = at.plus(by);
        remember.accept(note(at.toString()));
    }

    /** Returns the time of the first start, in X's time; empty if a connection was up before, or if it was forgotten. */
    Optional<Instant> at() {
        return Optional.ofNullable(at).map(x::of);
    }

    /**
     * Deletes the note of the first start, once the frontier stands for it. Also called when X has refused the stream for
     * good: nobody expects, or wants to pay for, the posts up to the moment when a person has changed the cause of the
     * refusal.
     */
    void forget() {
        if (at == null) return;
        at = null;
        remember.accept(note(""));
    }
}
