package io.gapless.emulator;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Executor;

/**
 * What the rooms of one emulator share, and what happens to several of them at once.
 *
 * @param waiting the connections that wait for an answer which may never come
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
        Executor threads) {

    /** Publishes a post and tells the open connections. */
    EmulatedPost publish(PostDraft draft) {
        EmulatedPost post = addToHistory(draft);
        connections.forEachLive(stream -> stream.tell(new LiveStream.Order.Publish(post)));
        return post;
    }

    /** Publishes a post that nobody is told of: somebody sends it in his own way, or nobody does. */
    EmulatedPost addToHistory(PostDraft draft) {
        Instant createdAt = draft.createdAt();
        long now = time.millis();
        long millis = createdAt == null ? now : createdAt.toEpochMilli();
        if (millis > now) {
            throw new IllegalArgumentException("A post can't be created at " + createdAt + ": it is " + time.now());
        }
        List<Long> earlier = draft.editOf() == 0 ? List.of() : versionsUpTo(draft.editOf());
        earlier.forEach(history::replace);
        return history.add(PostWriter.write(draft, earlier), millis);
    }

    void send(byte[] bytes) {
        connections.forEachLive(stream -> stream.tell(new LiveStream.Order.Raw(bytes)));
    }

    /** Lets a fault strike who is there, and keeps the rest of it for who comes. */
    void inject(Fault fault) {
        int left = fault.times();
        if (fault.kind().strikesLive()) {
            List<LiveStream> open = new ArrayList<>();
            connections.forEachLive(open::add);
            open.forEach(stream -> stream.tell(new LiveStream.Order.Strike(fault)));
            left -= open.size();
        }
        if (left > 0) {
            faults.add(fault.times(left));
        }
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
