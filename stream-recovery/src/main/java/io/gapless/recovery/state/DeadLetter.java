package io.gapless.recovery.state;

import java.time.Instant;

/**
 * Holds a post that the handler has refused for good. It is kept until the handler accepts it after all.
 *
 * @param id the post's id
 * @param line the line as X sent it
 * @param cause what the handler threw last, as text
 * @param at when the post became a dead letter, by this machine's clock
 */
public record DeadLetter(long id, byte[] line, String cause, Instant at) {}
