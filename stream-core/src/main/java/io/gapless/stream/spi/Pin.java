package io.gapless.stream.spi;

import java.time.Instant;

/**
 * Describes a span of creation times. The ids of posts that were created within a pinned span are not forgotten. A
 * {@link Source} can count its posts that were created within such a span.
 *
 * @param from the start, inclusive
 * @param until the end, exclusive
 */
public record Pin(Instant from, Instant until) {}
