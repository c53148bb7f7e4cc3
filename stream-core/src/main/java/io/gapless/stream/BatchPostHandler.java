package io.gapless.stream;

import java.util.List;

/**
 * The user's code for many posts at once: whatever has arrived, up to a limit, without waiting for more. Returning
 * acknowledges them all. Throwing means: the same posts again, some times; then each alone, so that one bad post costs
 * itself only.
 */
@FunctionalInterface
public interface BatchPostHandler {
    /**
     * Handles posts. Called on a thread of its own, one batch at a time.
     *
     * @param posts at least one, in order of arrival; unmodifiable
     * @throws Exception to have them again
     */
    void onPosts(List<Post> posts) throws Exception;
}
