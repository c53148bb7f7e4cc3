package io.gapless.recovery.slot;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.gapless.recovery.state.Change;
import io.gapless.recovery.state.NoteNames;
import io.gapless.stream.api.Answer;
import io.gapless.stream.api.ApiAnswer;
import io.gapless.stream.event.Disconnection;
import io.gapless.stream.spi.Recovery;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Frees X's slot when X still counts the last connection of this stream, although its process is paused or its network
 * is gone. After each connect it looks up X's id of the connection, and remembers it in the state. If X later refuses a
 * connect because all slots are taken, it asks X to end exactly that connection, once. It never ends another one: where
 * X's list does not show for certain which connection is ours, it remembers none.
 *
 * <p>Owns the id of the last connection. Runs on the stream's thread.
 *
 * @see <a href="https://docs.x.com/x-api/connections">X: connections</a>
 */
public final class StuckSlot {
    private static final String PATH = "/2/connections";
    private static final Pattern ID = Pattern.compile("[A-Za-z0-9_-]{1,64}");
    /** A connection that X accepted this long before or after its answer came may be ours. */
    private static final Duration NEAR = Duration.ofSeconds(5);

    private static final String UNKNOWN = "";

    private final Recovery.Host host;
    private final Consumer<Change> remember;
    private final BiConsumer<String, String> asked;
    private String last;

    /**
     * Creates the object for a stream that begins.
     *
     * @param host the stream
     * @param note the id that the state remembers; null if there is none
     * @param remember queues a change for the next commit
     * @param asked receives the id of the connection that X was asked to end, and X's answer, for people
     */
    public StuckSlot(
            Recovery.Host host, @Nullable String note, Consumer<Change> remember, BiConsumer<String, String> asked) {
        this.host = host;
        this.remember = remember;
        this.asked = asked;
        this.last = note == null || !ID.matcher(note).matches() ? UNKNOWN : note;
    }

    /**
     * Looks up X's id of the connection that has just been accepted.
     *
     * @param at when X's answer came, in X's time
     */
    public void connected(Instant at) {
        become(UNKNOWN);
        host.api()
                .get(
                        PATH,
                        Map.of(
                                "status",
                                "active",
                                "max_results",
                                "100",
                                "connection.fields",
                                "connected_at,endpoint_name,id"))
                // Without an answer the id stays unknown, and no connection is ever ended.
                .whenComplete((answer, failed) -> host.execute(() -> {
                    if (failed == null && answer instanceof ApiAnswer.Received received && received.ok())
                        become(ours(received.body(), at));
                }));
    }

    /** Returns the id of the only active connection that X accepted around a moment; {@link #UNKNOWN} otherwise. */
    static String ours(JsonNode list, Instant at) {
        if (list.path("meta").has("next_token")) return UNKNOWN;
        List<String> near = new ArrayList<>();
        for (JsonNode connection : list.path("data")) {
            if (isNear(connection.path("connected_at").asText(), at))
                near.add(connection.path("id").asText());
        }
        return near.size() == 1 && ID.matcher(near.get(0)).matches() ? near.get(0) : UNKNOWN;
    }

    private static boolean isNear(String connectedAt, Instant at) {
        try {
            return Duration.between(Instant.parse(connectedAt), at).abs().compareTo(NEAR) <= 0;
        } catch (DateTimeException notATime) {
            // It may be ours, or not: then there is one candidate too many, and no id is remembered.
            return true;
        }
    }

    /** Asks X to end the last connection of this stream, if X has refused a connect because all slots are taken. */
    public void refused(Disconnection.Refused how) {
        if (last.equals(UNKNOWN) || how.answer().meaning(true) != Answer.Meaning.BUSY) return;
        String stuck = last;
        become(UNKNOWN);
        ObjectNode body = JsonNodeFactory.instance.objectNode();
        body.putArray("uuids").add(stuck);
        host.api()
                .delete(PATH, body)
                .whenComplete((answer, failed) -> host.execute(() ->
                        asked.accept(stuck, failed == null ? outcome(answer) : String.valueOf(failed.getMessage()))));
    }

    private static String outcome(ApiAnswer answer) {
        if (!(answer instanceof ApiAnswer.Received received) || !received.ok()) return answer.describe();
        JsonNode kills = received.body().at("/data/successful_kills");
        return kills.isNumber() && kills.asInt() == 0 ? "X does not count it any more" : "X has ended it";
    }

    private void become(String id) {
        if (id.equals(last)) return;
        last = id;
        remember.accept(new Change.Noted(NoteNames.CONNECTION, id));
    }
}
