package io.gapless.stream;

import java.util.List;

/**
 * Receives several posts at once. A batch holds the posts that have arrived, up to a limit; it does not wait for more.
 * A return acknowledges all of them. After an exception, each post is handed over alone, at once. So only a bad post
 * waits for its retries and can become a dead letter.
 */
@FunctionalInterface
public interface BatchPostHandler {
    /**
     * Handles a batch of posts. Called on the handler's own thread, one batch at a time.
     *
     * @param posts at least one; live posts first, and each kind in order of arrival; unmodifiable
     * @throws Exception if the posts could not be handled; each is handed over again
     */
    void onPosts(List<Post> posts) throws Exception;
}
