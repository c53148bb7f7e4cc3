package io.gapless.stream;

/** Keeps posts that the handler has refused for good. Called on the handler's thread. */
@FunctionalInterface
public interface DeadLetters {
    /**
     * Keeps a post. While this method throws, no other post is handed over, and the call is repeated with the same
     * post.
     *
     * @param post the post
     * @param cause the last exception of the handler
     * @throws Exception if the post could not be kept
     */
    void keep(Post post, Throwable cause) throws Exception;
}
