package io.gapless.stream;

import java.time.Instant;

/**
 * A span of times of creation.
 *
 *
 * @param from the start, inclusive
 * @param until the end, exclusive
 */
public record Pin(Instant from, Instant until) {}
