/**
 * Holds what the stream and its recovery share: {@link io.gapless.stream.spi.Recovery} is what the stream asks and
 * reports, {@link io.gapless.stream.spi.Checkpoint} what becomes of posts, and {@link io.gapless.stream.spi.Source} who
 * counts them. {@link io.gapless.stream.spi.MessageParser} turns lines into messages for both. Exported to the recovery
 * only.
 */
@org.jspecify.annotations.NullMarked
package io.gapless.stream.spi;
