package io.gapless.recovery.state;

import java.time.Instant;
import java.util.Set;
import java.util.function.LongConsumer;

/**
 * Reads a shared state that another process may hold, also the ids of acknowledged posts, which a process that stands by
 * follows. Thread-safe.
 */
public interface LeasedClient extends StateClient {
    /**
     * Describes the parts of the ids of acknowledged posts.
     *
     * @param since when the posts were created; parts with older ids only may be left out. The part of the ids that carry
     *     no time never is
     * @return the parts that are not empty
     */
    Set<IdPart> idParts(Instant since);

    /**
     * Passes the ids of neighbouring parts to a consumer, and perhaps some others beside them. An id may be passed twice.
     *
     * @param firstKey the key of the first part
     * @param lastKey the key of the last part
     * @param each receives every id; it must not call the client
     */
    void ids(long firstKey, long lastKey, LongConsumer each);
}
