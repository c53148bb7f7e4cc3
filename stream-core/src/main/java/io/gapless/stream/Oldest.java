package io.gapless.stream;

import io.gapless.stream.spi.ReceivedPost;
import java.util.Collection;

/**
 * Holds two times of the posts that are not done, in epoch milliseconds; {@link ReceivedPost#NONE_MILLIS} if there is no
 * such post. Immutable.
 *
 * @param createdMillis when the oldest of them was created
 * @param neededSinceMillis since when posts must be requested again if all of them are lost
 */
record Oldest(long createdMillis, long neededSinceMillis) {
    static final Oldest NONE = new Oldest(ReceivedPost.NONE_MILLIS, ReceivedPost.NONE_MILLIS);

    static Oldest of(Collection<ReceivedPost> posts) {
        long created = ReceivedPost.NONE_MILLIS;
        long needed = ReceivedPost.NONE_MILLIS;
        for (ReceivedPost post : posts) {
            created = Math.min(created, post.createdMillis());
            needed = Math.min(needed, post.neededSinceMillis());
        }
        return new Oldest(created, needed);
    }

    Oldest and(Oldest other) {
        return new Oldest(
                Math.min(createdMillis, other.createdMillis), Math.min(neededSinceMillis, other.neededSinceMillis));
    }
}
