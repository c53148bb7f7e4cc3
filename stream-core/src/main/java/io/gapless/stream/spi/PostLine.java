package io.gapless.stream.spi;

import java.time.Instant;
import java.util.Optional;
import java.util.function.LongFunction;

/**
 * Reads posts from lines that come from a page of search results or from the state directory. Meant for a recovery
 * only.
 */
public final class PostLine {
    private PostLine() {}

    /**
     * Returns the post of a line that did not arrive on a stream, such as one from search.
     *
     * @param line a whole line of JSON: {@code data} with an id, and what belongs to the post, such as {@code
     *     includes}; not copied, so do not change it
     * @param source where the post came from; the source counts the post as received
     * @param receivedAt when the line arrived
     * @return the post, or empty if the line is not a post
     */
    public static Optional<ReceivedPost> read(byte[] line, Source source, Instant receivedAt) {
        LongFunction<Source> counting = id -> {
            source.addReceived();
            return source;
        };
        Message message = MessageParser.parse(line, 0, line.length, counting, receivedAt);
        if (message instanceof DamagedPost damaged) return Optional.of(damaged.post());
        return message instanceof ReceivedPost post ? Optional.of(post) : Optional.empty();
    }
}
