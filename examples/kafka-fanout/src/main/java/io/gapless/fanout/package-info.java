/**
 * Writes posts to Kafka from a handler, and counts them in a consumer group. {@link io.gapless.fanout.KafkaSink}, {@link
 * io.gapless.fanout.Watermark} and {@link io.gapless.fanout.IntervalCounter} are to be copied.
 */
@org.jspecify.annotations.NullMarked
package io.gapless.fanout;
