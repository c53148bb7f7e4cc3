package io.gapless.stream;

import java.time.Instant;
import java.util.Optional;
import java.util.function.LongFunction;

/** Reads posts from lines that a page of search results, or the state, held. For the recovery; programs get posts. */
public final class PostLine {
    private PostLine() {}

    /**
     * Returns the post of a line that did not arrive on a stream, such as one from search.
     *
     * @param line a whole line of JSON: {@code data} with an id, and what belongs to it; not copied, so do not change
     *     it
     * @param source where the post came from; counts it as received
     * @param receivedAt when the line arrived
     * @return the post, or empty if the line is not a post
     */
    public static Optional<Post> read(byte[] line, Source source, Instant receivedAt) {
        LongFunction<Source> counting = id -> {
            source.addReceived();
            return source;
        };
        Message message = MessageParser.parse(line, 0, line.length, counting, receivedAt);
        if (message instanceof DamagedPost damaged) return Optional.of(damaged.post());
        return message instanceof Post post ? Optional.of(post) : Optional.empty();
    }
}
