package io.gapless.recovery;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.gapless.recovery.state.Change;
import io.gapless.stream.Disconnection;
import io.gapless.stream.Health;
import java.time.Instant;

/** What the owner of a state directory leaves in it about itself, for readers in other processes. */
final class StatusNote {
    static final String NAME = "status";

    private StatusNote() {}

    /**
     * The note.
     *
     * <pre>
     * {"at":…,"state":"LIVE","since":…,"cause":…,"nextTryAt":…,"lastSignalAt":…,"lastPostAt":…,
     *  "inboxPosts":…,"inboxBytes":…,"spilledBytes":…,"spillMaxBytes":…,"handlerDown":…}
     * </pre>
     */
    static Change of(Health health, Instant now) {
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
        return new Change.Noted(NAME, note.toString());
    }
}
