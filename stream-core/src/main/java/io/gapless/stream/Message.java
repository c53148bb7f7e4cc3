package io.gapless.stream;

import com.fasterxml.jackson.databind.JsonNode;
import io.gapless.stream.api.Problem;

/** Represents one message of the stream. X announces that it will add kinds; {@link Unknown} represents those. */
interface Message {
    /**
     * Holds a disconnect type, a connection issue or a problem of the whole stream: X ends, or has ended, this
     * connection.
     */
    record Notice(Problem problem) implements Message {}

    /**
     * Holds {@code errors} about one post, without {@code data}: X matched a post that it must not send. The
     * connection continues.
     */
    record PostUnavailable(Problem problem) implements Message {}

    /** Holds an {@code info} line. X's older products sent one when a recovery job was complete. */
    record Info(JsonNode json) implements Message {}

    /** Holds the beginning of a message that is valid JSON of an unknown kind. */
    record Unknown(String json) implements Message {}

    /** Holds what is wrong with a line that cannot be read as a message. */
    record Malformed(LineFault fault) implements Message {}
}
