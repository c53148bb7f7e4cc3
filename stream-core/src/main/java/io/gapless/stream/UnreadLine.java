package io.gapless.stream;

import java.time.Instant;
import java.util.OptionalLong;

/**
 * A line that was not handed over because it could not be read.
 *
 * @param heardAt the last line or keep-alive before it: what it was sent for, X had not sent before that
 * @param at when it came, by this machine's clock
 * @param fault what is wrong with it
 * @param postId the post's id, where it could be found
 */
public record UnreadLine(Instant heardAt, Instant at, LineFault fault, OptionalLong postId) {}
