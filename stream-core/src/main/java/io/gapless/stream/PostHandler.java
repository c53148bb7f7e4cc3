package io.gapless.stream;

/**
 * Receives the posts, one at a time, in order of arrival, on a thread of its own. A return acknowledges the post. After
 * an exception the same post is handed over again, a few times; then it is dead-lettered and the stream continues.
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
