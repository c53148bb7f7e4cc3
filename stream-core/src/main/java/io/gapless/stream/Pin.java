package io.gapless.stream;

import java.time.Instant;

/**
 * Describes a span of times of creation, for ids that are not to be forgotten and for counts of a {@link Source}.
 *
 *
 * @param from the start, inclusive
 * @param until the end, exclusive
 */
public record Pin(Instant from, Instant until) {}
