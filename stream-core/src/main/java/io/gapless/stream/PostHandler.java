package io.gapless.stream;

/**
 * The user's code for one post. Called on a thread of its own, one post at a time, in order of arrival. Returning means
 * acknowledged. Throwing means: the same post again, some times; then it is dead-lettered and the stream goes on.
 */
@FunctionalInterface
public interface PostHandler {
    /**
     * Handles a post. It may block; while it does, the inbox fills, and when that is full reading stops.
     *
     * @param post the post
     * @throws Exception to have the post again
     */
    void onPost(Post post) throws Exception;
}
