package io.gapless.stream;

/**
 * Receives the posts, one at a time, in order of arrival, on a thread of its own. A return acknowledges the post. After
 * an exception the post waits by itself and is handed over again, a few times, while others go on; then it is
 * dead-lettered. If most posts fail, the handler counts as down: posts are kept, and tried one at a time.
 */
@FunctionalInterface
public interface PostHandler {
    /**
     * Handles a post. It may block. Meanwhile the inbox fills, and when it is full, reading stops.
     *
     * @param post the post
     * @throws Exception if the post could not be handled; it is handed over again
     */
    void onPost(Post post) throws Exception;
}
