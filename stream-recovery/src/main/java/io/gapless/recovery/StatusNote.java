package io.gapless.recovery;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import io.gapless.recovery.state.Change;
import io.gapless.recovery.state.NoteNames;
import io.gapless.stream.Health;
import io.gapless.stream.event.Disconnection;
import io.gapless.stream.seam.Time;
import java.io.IOException;
import java.io.StringWriter;
import java.time.Duration;
import java.time.Instant;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Writes the stream's status into its state directory every 5 s, for readers in other processes. The status is also
 * written while no connection is up and the frontier does not move. Owner: the stream's thread.
 */
final class StatusNote {
    private static final Duration EVERY = Frontier.KEPT_EVERY;
    private static final JsonFactory JSON = new JsonFactory();

    private final Supplier<Health> health;
    private final Time time;
    private final StateWriter writer;
    private long dueNanos;
    private @Nullable Disconnection described;
    private String cause = "";

    StatusNote(Supplier<Health> health, Time time, StateWriter writer) {
        this.health = health;
        this.time = time;
        this.dueNanos = time.nanoTime();
        this.writer = writer;
    }

    void step() {
        long nowNanos = time.nanoTime();
        if (nowNanos - dueNanos < 0) return;
        dueNanos = nowNanos + EVERY.toNanos();
        writer.remember(new Change.Noted(NoteNames.STATUS, text(health.get(), time.instant())));
    }

    /**
     * Returns the text of the note.
     *
     * <pre>
     * {"at":…,"state":"LIVE","since":…,"cause":…,"nextTryAt":…,"lastSignalAt":…,"lastPostAt":…,
     *  "inboxPosts":…,"inboxBytes":…,"spilledBytes":…,"spillMaxBytes":…,"handlerDown":…}
     * </pre>
     */
    private String text(Health health, Instant now) {
        StringWriter text = new StringWriter();
        try (JsonGenerator note = JSON.createGenerator(text)) {
            note.writeStartObject();
            note.writeStringField("at", now.toString());
            note.writeStringField("state", health.state().name());
            note.writeStringField("since", health.since().toString());
            if (health.lastEnding().isPresent())
                note.writeStringField("cause", cause(health.lastEnding().get()));
            if (health.nextTryAt().isPresent())
                note.writeStringField("nextTryAt", health.nextTryAt().get().toString());
            if (health.sinceLastSignal().isPresent())
                note.writeStringField(
                        "lastSignalAt",
                        now.minus(health.sinceLastSignal().get()).toString());
            if (health.sinceLastPost().isPresent())
                note.writeStringField(
                        "lastPostAt", now.minus(health.sinceLastPost().get()).toString());
            note.writeNumberField("inboxPosts", health.inboxPosts());
            note.writeNumberField("inboxBytes", health.inboxBytes());
            note.writeNumberField("spilledBytes", health.spilledBytes());
            note.writeNumberField("spillMaxBytes", health.spillMaxBytes());
            note.writeBooleanField("handlerDown", health.handlerDown());
            note.writeEndObject();
        } catch (IOException e) {
            throw new AssertionError("a StringWriter does not fail", e);
        }
        return text.toString();
    }

    /**
     * Returns the description of the last ending. It is made once for each ending, because many notes in a row contain
     * it.
     */
    private String cause(Disconnection ending) {
        if (ending != described) {
            described = ending;
            cause = ending.describe();
        }
        return cause;
    }
}
