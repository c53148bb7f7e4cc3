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
 * Remembers when a stream was first started on a new state, by this machine's clock, since X's time is not known then.
 * The stream must receive all posts from that moment on, and not only from the first connection on, even if several
 * processes end before one of them connects. Owns the note of that moment. Runs on the stream's thread.
 *
 * <pre>
 *  2026-12-02T10:00:00Z                  the time by the clock of the machine
 *  2026-12-02T10:00:00Z 1796205600000    the same, and by the clock of the database, if hosts share the state
 * </pre>
 *
 * <p>The clocks of hosts may differ, so a new holder computes the first time again from the second one.
 */
final class FirstStart {
    private final XClock x;
    private final Consumer<Change> remember;
    private @Nullable Moment at;

    /**
     * A moment by two clocks.
     *
     * @param local the time by this machine's clock
     * @param databaseMillis the time by the clock of the database; null if the state is in a directory
     */
    private record Moment(Instant local, @Nullable Long databaseMillis) {
        static @Nullable Moment read(@Nullable String note) {
            if (note == null || note.isEmpty()) return null;
            String[] parts = note.split(" ");
            return new Moment(Instant.parse(parts[0]), parts.length == 1 ? null : Long.valueOf(parts[1]));
        }

        Moment plus(Duration by) {
            return new Moment(local.plus(by), databaseMillis);
        }

        Change note() {
            return noted(databaseMillis == null ? local.toString() : local + " " + databaseMillis);
        }
    }

    FirstStart(XClock x, @Nullable String note, Consumer<Change> remember) {
        this.x = x;
        this.remember = remember;
        this.at = Moment.read(note);
    }

    /**
     * Returns the note of a process that takes a shared state: of its own start if it is the first one, otherwise of the
     * first start by its own clock. Empty if a connection was up before. The process commits the note at once: the
     * database may be away before anything else is committed.
     *
     * @param now the time by this machine's clock
     * @param databaseMillis the same time by the clock of the database
     */
    static Optional<Change> note(StateStore.Remembered remembered, Instant now, long databaseMillis) {
        if (remembered.frontier().isPresent()) return Optional.empty();
        Moment first = Moment.read(remembered.notes().get(NoteNames.FIRST_START));
        Long firstMillis = first == null ? Long.valueOf(databaseMillis) : first.databaseMillis();
        if (firstMillis == null) return Optional.empty();
        return Optional.of(new Moment(now.minusMillis(databaseMillis - firstMillis), firstMillis).note());
    }

    private static Change noted(String text) {
        return new Change.Noted(NoteNames.FIRST_START, text);
    }

    /**
     * Notes {@code now}, by this machine's clock, as the first start, unless an earlier process has noted one. Called
     * only while no signal of X has ever arrived.
     */
    void begin(Instant now) {
        if (at != null) return;
        Moment first = new Moment(now, null);
        at = first;
        remember.accept(first.note());
    }

    /** Moves the first start along with this machine's clock, which was set. */
    void clockSet(Duration by) {
        if (at == null) return;
        Moment moved = at.plus(by);
        at = moved;
        remember.accept(moved.note());
    }

    /** Returns the time of the first start, in X's time; empty if a connection was up before, or if it was forgotten. */
    Optional<Instant> at() {
        return Optional.ofNullable(at).map(Moment::local).map(x::ofSignal);
    }

    /**
     * Deletes the note of the first start, once the frontier stands for it. Also called when X has refused the stream for
     * good: nobody expects, or wants to pay for, the posts up to the moment when a person has changed the cause of the
     * refusal.
     */
    void forget() {
        if (at == null) return;
        at = null;
        remember.accept(noted(""));
    }
}
