package io.gapless.stream;

import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;

/**
 * Records which posts have been handled, for builders that add a recovery. Except for {@link #finish}, all methods are
 * called on the handler's thread; {@link #acknowledged} is called right after the handler has returned. They must not
 * block on the disk.
 */
public interface Checkpoint {
    /** Records nothing. */
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
     * Returns whether posts may be handed over. Returns false while acknowledged posts cannot be recorded.
     *
     * @param origin where the posts come from; live posts should not wait because of others
     * @return whether posts may be handed over; asked before each call of the handler, and again within 5 ms after
     *     false
     */
    boolean isReady(Origin origin);

    /**
     * Records posts that the handler has acknowledged.
     *
     * @param posts the acknowledged posts
     */
    void acknowledged(List<Post> posts);

    /**
     * Records a post that was dead-lettered.
     *
     * @param post the post
     * @param cause the last exception of the handler
     */
    void deadLettered(Post post, Throwable cause);

    /**
     * Commits what is not committed yet, as far as the time allows. Called once, on the thread that closes the stream,
     * after the last post was acknowledged.
     *
     * @param atMost how long it may take
     * @param events receives the events to report, because the stream's own thread may have ended by then
     * @throws InterruptedException if the calling thread is interrupted
     */
    default void finish(Duration atMost, Consumer<StreamEvent.OfRecovery> events) throws InterruptedException {}
}
