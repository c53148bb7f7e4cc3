package io.gapless.stream;

/** Keeps posts that the handler has refused for good. Called on the handler's thread. */
@FunctionalInterface
public interface DeadLetters {
    /**
     * Keeps a post. If this method throws, the post waits, and the call is repeated. Other posts are handed over meanwhile;
     * other dead letters follow after the same pause.
     *
     * @param post the post
     * @param cause the last exception of the handler
     * @throws Exception if the post could not be kept
     */
    void keep(Post post, Throwable cause) throws Exception;
}
