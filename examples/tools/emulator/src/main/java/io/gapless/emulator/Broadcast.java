package io.gapless.emulator;

/** Sends posts and bytes to all open live connections. Thread-safe. */
final class Broadcast {
    private final PostHistory history;
    private final RuleBook rules;
    private final StreamConnections connections;

    Broadcast(PostHistory history, RuleBook rules, StreamConnections connections) {
        this.history = history;
        this.rules = rules;
        this.connections = connections;
    }

    /** Publishes a post, and sends it to the open live connections if a rule matches it. */
    EmulatedPost publish(PostDraft draft) {
        EmulatedPost post = history.publishUnsent(draft);
        // The rules that are in force now decide whether the post is sent, even if a busy connection writes it later.
        RuleBook.Edition inForce = rules.current();
        connections.live().forEach(stream -> stream.send(post, inForce));
        return post;
    }

    void send(byte[] bytes) {
        connections.live().forEach(stream -> stream.send(bytes));
    }
}
