package io.gapless.stream.spi;

import com.fasterxml.jackson.databind.JsonNode;
import io.gapless.stream.event.StreamEvent.LineFault;
import io.gapless.stream.post.Problem;

/**
 * Represents one message of the stream. X has announced that it will add kinds of messages. {@link Unknown} represents
 * messages of such kinds.
 */
public interface Message {
    /**
     * Holds X's problem with a connection or with the whole stream, such as a disconnect type or a connection issue. X
     * ends, or has ended, the connection that carried the message.
     */
    record Notice(Problem problem) implements Message {}

    /**
     * Holds {@code errors} about one post, without {@code data}: X matched a post that it must not send. The
     * connection continues.
     */
    record PostUnavailable(Problem problem) implements Message {}

    /** Holds a message with {@code info}. X's older products sent such a message when a recovery job was complete. */
    record Info(JsonNode json) implements Message {}

    /** Holds the beginning of a message that is valid JSON of an unknown kind. */
    record Unknown(String json) implements Message {}

    /** Holds what is wrong with a line that cannot be read as a message. */
    record Malformed(LineFault fault) implements Message {}
}
