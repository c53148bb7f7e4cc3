package io.gapless.emulator;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Executor;

/**
 * What the rooms of one emulator share, and what happens to several of them at once.
 *
 * @param waiting the connections that wait for an answer which may never come
 * @param state keeps what happens for the next emulator
 * @param threads runs the watchers of connections
 */
record World(
        Settings settings,
        XTime time,
        RuleBook rules,
        PostGenerator generator,
        PostHistory history,
        FaultBox faults,
        StreamConnections connections,
        RecoverySwitch recovery,
        Set<Wire> waiting,
        StateFile state,
        Executor threads) {

    /** Publishes a post and tells the open connections. */
    EmulatedPost publish(PostDraft draft) {
        EmulatedPost post = addToHistory(draft);
        // The rules of this moment count, however late a busy connection comes to write it.
        LiveStream.Order order = new LiveStream.Order.Publish(post, rules.current());
        connections.live().forEach(stream -> stream.tell(order));
        return post;
    }

    /** Publishes a post that nobody is told of: somebody sends it in his own way, or nobody does. */
    EmulatedPost addToHistory(PostDraft draft) {
        Instant createdAt = draft.createdAt();
        long now = time.millis();
        long millis = createdAt == null ? now : createdAt.toEpochMilli();
        if (millis > now) {
            throw new IllegalArgumentException(
                    "A post cannot be created in the future: " + createdAt + " is after " + time.now() + ".");
        }
        EmulatedPost post = history.add(PostWriter.write(draft, replaced(draft)), millis);
        state.published(post.id(), draft);
        return post;
    }

    /** Publishes a post of an earlier emulator again. */
    void restore(long id, PostDraft draft) {
        history.add(new EmulatedPost(id, PostWriter.write(draft, replaced(draft))));
    }

    private List<Long> replaced(PostDraft draft) {
        List<Long> earlier = draft.editOf() == 0 ? List.of() : versionsUpTo(draft.editOf());
        earlier.forEach(history::replace);
        return earlier;
    }

    void shift(Duration by) {
        time.shift(by);
        state.shifted(by);
    }

    void send(byte[] bytes) {
        connections.live().forEach(stream -> stream.tell(new LiveStream.Order.Raw(bytes)));
    }

    /** Lets a fault strike who is there, and keeps the rest of it for who comes. */
    void inject(Fault fault) {
        synchronized (faults) {
            List<LiveStream> struck = fault.kind().strikesLive() ? connections.live() : List.of();
            struck.forEach(stream -> stream.tell(new LiveStream.Order.Strike(fault)));
            if (struck.size() < fault.times()) {
                faults.add(fault.times(fault.times() - struck.size()));
            }
        }
    }

    /**
     * Gives a stream its slot and the faults that wait for it; false if there is no slot. No fault comes in between, so
     * that each strikes a connection either as an open one or as a new one.
     */
    boolean open(StreamBody body) {
        synchronized (faults) {
            boolean opened = connections.open(body);
            if (opened && body instanceof LiveStream live) {
                live.beginWith(faults.takeForConnection());
            }
            return opened;
        }
    }

    /** Lets a fault strike one connection, and no other; false if it is not open. */
    boolean inject(Fault fault, String connectionId) {
        boolean struck = false;
        for (LiveStream stream : connections.live()) {
            if (stream.id().equals(connectionId)) {
                stream.tell(new LiveStream.Order.Strike(fault));
                struck = true;
            }
        }
        return struck;
    }

    /** Up to when posts are found by jobs, search and counts. */
    long indexedMillis() {
        return time.millis() - settings.indexingLag().toMillis();
    }

    private List<Long> versionsUpTo(long id) {
        List<Long> versions = new ArrayList<>();
        EmulatedPost post = history.published(id);
        if (post != null) {
            for (JsonNode version : post.template().data().path("edit_history_tweet_ids")) {
                if (!version.asText().equals(LineTemplate.ID)) {
                    versions.add(Long.parseLong(version.asText()));
                }
            }
        }
        versions.add(id);
        return versions;
    }
}
