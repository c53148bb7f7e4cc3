package io.gapless.stream.spi;

import io.gapless.stream.event.StreamEvent.LineFault;
import java.time.Instant;
import java.util.OptionalLong;

/**
 * Describes an unreadable line. If the line was a post, that post was not handed over.
 *
 * @param lastSignalAt when the last signal before the line arrived, by this machine's clock; after a pause, up to when
 *     everything that X sent had arrived. X sent the line after that
 * @param at when the line arrived, by this machine's clock
 * @param fault what is wrong with the line
 * @param postId the id of the post in the line; empty if no id could be found
 */
public record UnreadLine(Instant lastSignalAt, Instant at, LineFault fault, OptionalLong postId) {}
