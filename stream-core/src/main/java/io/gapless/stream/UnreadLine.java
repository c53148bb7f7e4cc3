package io.gapless.stream;

import java.time.Instant;
import java.util.OptionalLong;

/**
 * Describes an unreadable line. Its post, if it was one, was not handed over.
 *
 * @param lastSignalAt when the last signal before it arrived; X sent the line after that
 * @param at when the line arrived, by this machine's clock
 * @param fault what is wrong with the line
 * @param postId the id of its post; empty if it could not be found
 */
public record UnreadLine(Instant lastSignalAt, Instant at, LineFault fault, OptionalLong postId) {}
