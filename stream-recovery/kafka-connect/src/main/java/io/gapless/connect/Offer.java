package io.gapless.connect;

import io.gapless.recovery.state.Change;
import io.gapless.stream.post.Post;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * Holds what a thread of a stream wants in Kafka, and waits for: posts, or changes of the state.
 *
 * @param of the stream
 * @param posts the posts; empty if this is about the state only
 * @param changes the changes of the state; empty if this is about posts
 * @param done completes when Kafka has committed all of it; fails if the task stops before
 */
record Offer(PartState of, List<Post> posts, List<Change> changes, CompletableFuture<Void> done) {
    static Offer ofPosts(PartState of, List<Post> posts) {
        return new Offer(of, posts, List.of(), new CompletableFuture<>());
    }

    static Offer ofChanges(PartState of, List<Change> changes) {
        return new Offer(of, List.of(), changes, new CompletableFuture<>());
    }
}
