package io.gapless.stream.post;

/**
 * Receives the posts, one at a time, in order of arrival, on a thread of its own. When the handler returns, the post
 * is acknowledged. When it throws, the post waits for a retry, and other posts are handed over meanwhile. After
 * several failed tries, the post is dead-lettered. If most posts fail, the handler counts as down: posts are kept and
 * tried one at a time, and no post is dead-lettered.
 */
@FunctionalInterface
public interface PostHandler {
    /**
     * Handles a post. This method may block. While it blocks, the inbox fills. When the inbox is full, and no {@code
     * Overflow} has room, reading stops.
     *
     * @param post the post
     * @throws Exception if the post could not be handled; the stream hands the post over again
     */
    void onPost(Post post) throws Exception;
}
