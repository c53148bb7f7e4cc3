/**
 * Runs a Kafka broker and workers of Kafka Connect as processes, strikes them, and reads a topic. All of it listens on the
 * loopback address only.
 */
@org.jspecify.annotations.NullMarked
package io.gapless.kafka;
