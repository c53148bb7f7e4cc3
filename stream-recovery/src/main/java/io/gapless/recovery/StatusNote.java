package io.gapless.recovery;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.gapless.recovery.state.Change;
import io.gapless.recovery.state.NoteNames;
import io.gapless.stream.Disconnection;
import io.gapless.stream.Health;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.function.Supplier;

/**
 * Writes the stream's status into its state directory every 5 s, for readers in other processes. The status is also
 * written while no connection is up and the frontier does not move. Owner: the stream's thread.
 */
final class StatusNote {
    private static final Duration EVERY = Frontier.KEPT_EVERY;

    private final Supplier<Health> health;
    private final InstantSource clock;
    private final StateWriter writer;
    private Instant dueAt = Instant.MIN;

    StatusNote(Supplier<Health> health, InstantSource clock, StateWriter writer) {
        this.health = health;
        this.clock = clock;
        this.writer = writer;
    }

    void step(Instant now) {
        if (now.isBefore(dueAt)) return;
        dueAt = now.plus(EVERY);
        writer.remember(new Change.Noted(NoteNames.STATUS, text(health.get(), clock.instant())));
    }

    /**
     * Returns the text of the note.
     *
     * <pre>
     * {"at":…,"state":"LIVE","since":…,"cause":…,"nextTryAt":…,"lastSignalAt":…,"lastPostAt":…,
     *  "inboxPosts":…,"inboxBytes":…,"spilledBytes":…,"spillMaxBytes":…,"handlerDown":…}
     * </pre>
     */
    private static String text(Health health, Instant now) {
        ObjectNode note = JsonNodeFactory.instance.objectNode();
        note.put("at", now.toString());
        note.put("state", health.state().name());
        note.put("since", health.since().toString());
        health.lastEnding().map(Disconnection::describe).ifPresent(cause -> note.put("cause", cause));
        health.nextTryAt().ifPresent(next -> note.put("nextTryAt", next.toString()));
        health.sinceLastSignal()
                .ifPresent(age -> note.put("lastSignalAt", now.minus(age).toString()));
        health.sinceLastPost()
                .ifPresent(age -> note.put("lastPostAt", now.minus(age).toString()));
        note.put("inboxPosts", health.inboxPosts());
        note.put("inboxBytes", health.inboxBytes());
        note.put("spilledBytes", health.spilledBytes());
        note.put("spillMaxBytes", health.spillMaxBytes());
        note.put("handlerDown", health.handlerDown());
        return note.toString();
    }
}
