package io.gapless.stream;

import java.util.List;

/**
 * For builders that add a recovery: remembers which posts are done with. Called on the handler's thread, right after the handler has returned; what it
 * does with the disk it does elsewhere.
 */
public interface Checkpoint {
    /** Remembers nothing. */
    Checkpoint NONE = new Checkpoint() {
        @Override
        public boolean isReady(Origin origin) {
            return true;
        }

        @Override
        public void acknowledged(List<Post> posts) {}

        @Override
        public void deadLettered(Post post, Throwable cause) {}
    };

    /**
     * Whether posts may be handed over: false while what was acknowledged cannot be remembered, or waits for that.
     *
     * @param origin where the posts come from; those of the live connection shall not wait because of others
     * @return asked before each post; after false it is asked again within 5 ms
     */
    boolean isReady(Origin origin);

    /**
     * Posts are done with.
     *
     * @param posts what the handler has acknowledged
     */
    void acknowledged(List<Post> posts);

    /**
     * A post was given up, and is done with.
     *
     * @param post the post
     * @param cause what the handler threw last
     */
    void deadLettered(Post post, Throwable cause);
}
