package io.gapless.stream;

import java.util.List;

/**
 * Receives several posts at once: those that have arrived, up to a limit, without waiting for more. A return
 * acknowledges all of them. After an exception each of them is handed over alone, at once, so that only a bad one has to
 * wait for its retries, and becomes a dead letter.
 */
@FunctionalInterface
public interface BatchPostHandler {
    /**
     * Handles a batch of posts. Called on the handler's own thread, one batch at a time.
     *
     * @param posts at least one, in order of arrival; unmodifiable
     * @throws Exception if the posts could not be handled; each is handed over again
     */
    void onPosts(List<Post> posts) throws Exception;
}
