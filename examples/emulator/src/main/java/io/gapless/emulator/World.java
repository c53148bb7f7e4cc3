package io.gapless.emulator;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Executor;

/**
 * What the rooms of one emulator share.
 *
 * @param waiting the connections that wait for an answer which may never come
 */
record World(
        Settings settings,
        XTime time,
        RuleBook rules,
        PostGenerator generator,
        PostHistory history,
        FaultBox faults,
        StreamConnections connections,
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
        long millis = createdAt == null ? time.millis() : createdAt.toEpochMilli();
        List<Long> earlier = draft.editOf() == 0 ? List.of() : versionsUpTo(draft.editOf());
        earlier.forEach(history::replace);
        return history.add(PostWriter.write(draft, earlier), millis);
    }

    private List<Long> versionsUpTo(long id) {
        List<Long> versions = new ArrayList<>();
        EmulatedPost post = history.published(id);
        if (post != null) {
            post.template().data().path("edit_history_tweet_ids").forEach(version -> {
                if (!version.asText().equals(LineTemplate.ID)) {
                    versions.add(Long.parseLong(version.asText()));
                }
            });
        }
        versions.add(id);
        return versions;
    }
}
