package io.gapless.recovery.state;

import java.time.Instant;

/**
 * A post that the handler could not handle.
 *
 * @param id its id
 * @param line the line as X sent it
 * @param cause what the handler threw last, in words
 * @param at when it was given up
 */
public record DeadLetter(long id, byte[] line, String cause, Instant at) {}
