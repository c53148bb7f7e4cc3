package io.gapless.stream;

import com.fasterxml.jackson.databind.JsonNode;
import io.gapless.stream.api.Problem;

/** What a line of the stream can be. X says that new kinds will come; {@link Unknown} is their place. */
interface Message {
    /** A disconnect type, a connection issue or a problem of the stream: X ends, or has ended, this connection. */
    record Notice(Problem problem) implements Message {}

    /** {@code errors} about one post, and no {@code data}: X matched a post that it may not give. Nothing ends. */
    record PostUnavailable(Problem problem) implements Message {}

    /** An {@code info} line, with which X's older products told that a job is done. */
    record Info(JsonNode json) implements Message {}

    /** Valid JSON of a kind that nobody has told us about. */
    record Unknown(String json) implements Message {}

    /** A line that cannot be understood. */
    record Malformed(LineFault fault) implements Message {}
}
