package io.gapless.stream;

import java.time.Instant;

/**
 * Describes a span of creation times. The ids of posts that were created within a pinned span are not forgotten. A
 * {@link Source} also counts posts that were created within a span.
 *
 * @param from the start, inclusive
 * @param until the end, exclusive
 */
public record Pin(Instant from, Instant until) {}
