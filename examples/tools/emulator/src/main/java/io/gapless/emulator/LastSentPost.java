package io.gapless.emulator;

import org.jspecify.annotations.Nullable;

/**
 * Remembers the last post that a live connection has sent, so that a fault can send that post again. Not thread-safe.
 */
final class LastSentPost {
    private @Nullable LineTemplate line;
    private long id;

    void set(LineTemplate sent, long postId) {
        line = sent;
        id = postId;
    }

    /** Returns the line of the post, or null if no post has been sent. */
    @Nullable
    LineTemplate line() {
        return line;
    }

    long id() {
        return id;
    }
}
