package io.gapless.stream.post;

/** Keeps posts that the handler has refused for good. Called on the handler's thread. */
@FunctionalInterface
public interface DeadLetters {
    /**
     * Keeps a post. If this method throws, it is called again for this post after a pause. During the pause, the
     * handler receives other posts. After the pause, this method is called for all other waiting dead letters first.
     *
     * @param post the post
     * @param cause the last exception of the handler
     * @throws Exception if the post could not be kept
     */
    void keep(Post post, Throwable cause) throws Exception;
}
