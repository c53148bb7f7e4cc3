package io.gapless.stream;

/** Takes posts that the handler could not handle. Called on the handler's thread. */
@FunctionalInterface
public interface DeadLetters {
    /**
     * Keeps a post. While this throws, nothing else is dispatched, and the same post is brought again.
     *
     * @param post the post
     * @param cause what the handler threw last
     * @throws Exception when it could not be kept
     */
    void keep(Post post, Throwable cause) throws Exception;
}
