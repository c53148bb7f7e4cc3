/**
 * Runs the connector on a real Kafka and real workers of Kafka Connect, strikes them, and judges what a reader of the topic
 * has. Start with {@link io.gapless.drill.KafkaConnect}.
 */
@org.jspecify.annotations.NullMarked
package io.gapless.drill;
