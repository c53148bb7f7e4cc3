package io.gapless.stream.spi;

import io.gapless.stream.event.StreamEvent;
import io.gapless.stream.post.Origin;
import io.gapless.stream.post.Post;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;

/**
 * Records which posts have been handled, for builders that add a recovery. Except for {@link #finish}, all methods are
 * called on the handler's thread; {@link #acknowledged} is called right after the handler has returned. None of the
 * methods that run on the handler's thread may wait for the disk.
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
     * @param origin the origin of the posts to hand over; live posts should not wait only because recovered posts have
     *     to
     * @return true if posts may be handed over. The stream calls this method before each call of the handler. After a
     *     false, it calls the method again within 5 ms if posts wait, otherwise when a post arrives
     */
    boolean isReady(Origin origin);

    /**
     * Returns up to when another process accounts for all posts, while this process stands by: it has acknowledged them,
     * or lists them in an open gap. This process drops those that it has received.
     *
     * @return a time of creation, in epoch milliseconds; {@link Long#MIN_VALUE} if no other process accounts for
     *     anything, such as after a takeover: open gaps are this process's own then, and what it receives may close them
     */
    default long accountedUntilMillis() {
        return Long.MIN_VALUE;
    }

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
     * Commits the records that are not committed yet, as far as the time allows. Called once, on the thread that closes
     * the stream, after the last post was acknowledged.
     *
     * @param atMost how long the commit may take
     * @param events receives the events that this method reports; the stream's thread cannot report them, because it
     *     may have ended by then
     * @throws InterruptedException if the calling thread is interrupted
     */
    default void finish(Duration atMost, Consumer<StreamEvent.OfRecovery> events) throws InterruptedException {}
}
