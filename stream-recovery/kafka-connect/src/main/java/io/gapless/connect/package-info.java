/**
 * Brings X's filtered stream into Kafka, as a source connector of Kafka Connect. Start with {@link
 * io.gapless.connect.GaplessSourceConnector}, which deals out the partitions of the stream, and {@link
 * io.gapless.connect.GaplessSourceTask}, which runs a {@code GaplessStream} for each of them.
 *
 * <p>The state of a stream lies in the offsets of the connector. Kafka Connect commits them in the transaction of the posts,
 * so after any crash the offsets know exactly the posts that Kafka has. {@code OffsetState} is that state, and {@code
 * Handover} is where the threads of the stream meet the thread of Kafka Connect.
 */
@org.jspecify.annotations.NullMarked
package io.gapless.connect;
