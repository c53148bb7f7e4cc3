package io.gapless.stream.post;

import java.util.List;

/**
 * Receives several posts at once. A batch holds the posts that have arrived, up to a limit; the stream does not wait
 * for further posts to fill it. The return of {@link #onPosts} acknowledges all posts of the batch. If the method
 * throws, each post of the batch is handed over alone, without a pause. So only a bad post waits for its retries and
 * can become a dead letter.
 */
@FunctionalInterface
public interface BatchPostHandler {
    /**
     * Handles a batch of posts. Called on the handler's own thread, one batch at a time.
     *
     * @param posts at least one post; live posts come first, and then all others, each in order of arrival; the list is
     *     unmodifiable
     * @throws Exception if the posts could not be handled; each post is then handed over again, alone
     */
    void onPosts(List<Post> posts) throws Exception;
}
