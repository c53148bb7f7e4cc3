package io.gapless.stream;

import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;

/**
 * Remembers which posts have been handled, for builders that add a recovery. Called on the handler's thread, right
 * after the handler has returned. It must not block on the disk.
 */
public interface Checkpoint {
    /** Remembers nothing. */
    Checkpoint NONE = new Checkpoint() {
        @Override
        public boolean isReady(Origin origin) {
            return true;
        }

        @Override
        public void acknowledged(List<Post> posts) {}

        @Override
        public void deadLettered(Post post, Throwable cause) {}
    };

    /**
     * Returns whether posts may be handed over. Returns false while acknowledged posts cannot be remembered.
     *
     * @param origin where the posts come from; live posts should not wait because of others
     * @return whether the next post may be handed over; asked before each post, and again within 5 ms after false
     */
    boolean isReady(Origin origin);

    /**
     * Remembers posts that the handler has acknowledged.
     *
     * @param posts the acknowledged posts
     */
    void acknowledged(List<Post> posts);

    /**
     * Remembers a post that was dead-lettered.
     *
     * @param post the post
     * @param cause the last exception of the handler
     */
    void deadLettered(Post post, Throwable cause);

    /**
     * Commits what is left, as far as the time allows. Called once, on the thread that closes the stream, when no more
     * posts are acknowledged.
     *
     * @param atMost how long it may take
     * @param events receives what is to be reported about it; the stream's own thread has ended by then
     * @throws InterruptedException if the calling thread is interrupted
     */
    default void finish(Duration atMost, Consumer<StreamEvent.OfRecovery> events) throws InterruptedException {}
}
