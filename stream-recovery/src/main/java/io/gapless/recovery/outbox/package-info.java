/**
 * Sends records to an HTTP endpoint. Records wait in a durable outbox and are sent in batches, on a schedule, until the
 * endpoint has acknowledged each of them. Start with {@link io.gapless.recovery.outbox.Sender}.
 *
 * <p>What happens to a record:
 *
 * <ol>
 *   <li>An {@link io.gapless.recovery.outbox.OutboxRecord} is made from a post ({@code PostRecords}), or comes from an
 *       {@link io.gapless.recovery.outbox.IntervalSource}, which returns what has changed in an interval. {@link
 *       io.gapless.recovery.outbox.JdbcSource} reads it from the {@code Columns} of a query, in the dialect of the
 *       database's {@code DatabaseProduct}.
 *   <li>{@code Intake} encodes it with a {@link io.gapless.recovery.outbox.RecordEncoder} and writes it to the {@code
 *       Outbox}, each version once.
 *   <li>At each slot of the {@link io.gapless.recovery.outbox.Schedule}, the {@code Collector} chooses an interval.
 *       {@code IntervalWriter} cuts its records into {@code Batches}, whose bytes and keys never change.
 *   <li>{@code SendLoop} posts one {@code Batch} after the other to the {@code Endpoint}, unless the {@code Breaker} is
 *       open. An {@code Answer} is what the response means.
 *   <li>An acknowledged batch is deleted. A refused batch is split until the refused record is alone. That record
 *       becomes a {@link io.gapless.recovery.outbox.QuarantinedRecord}. The result of an interval is a {@link
 *       io.gapless.recovery.outbox.SentInterval}.
 * </ol>
 *
 * <p>{@code OutboxTables} defines the file. {@link io.gapless.recovery.outbox.OutboxClient} reads it from another
 * process.
 */
@org.jspecify.annotations.NullMarked
package io.gapless.recovery.outbox;
