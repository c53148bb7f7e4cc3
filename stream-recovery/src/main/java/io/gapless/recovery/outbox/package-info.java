/**
 * What was received also arrives: records are kept in an outbox and handed on to an endpoint, on a schedule, in batches,
 * until each is acknowledged. {@link io.gapless.recovery.outbox.Sender} is the door.
 *
 * <p>The way of a record, top to bottom:
 *
 * <ol>
 *   <li>an {@link io.gapless.recovery.outbox.OutboxRecord} is one thing to hand on: a post ({@code PostRecords}), or what
 *       an {@link io.gapless.recovery.outbox.IntervalSource} tells that has changed between two moments; {@link
 *       io.gapless.recovery.outbox.JdbcSource} is one, which reads the {@code Columns} of a query in the way of the
 *       database's {@code Product}
 *   <li>{@code Intake} takes it into the {@code Outbox}, each version once, in the bytes of a {@link
 *       io.gapless.recovery.outbox.RecordEncoder}
 *   <li>at a slot of the {@link io.gapless.recovery.outbox.Schedule} the {@code Collector} decides on an interval, and
 *       {@code IntervalWriter} cuts what has come into {@code Batches}, whose bytes and keys never change
 *   <li>{@code SendLoop} posts a {@code Batch} after the other to the {@code Endpoint}, while the {@code Breaker} lets it;
 *       an {@code Answer} says what that means
 *   <li>acknowledged, it is gone; refused, it is split down to the record to blame, which is set aside as a {@link
 *       io.gapless.recovery.outbox.QuarantinedRecord}; what became of an interval is a {@link
 *       io.gapless.recovery.outbox.SentInterval}
 * </ol>
 *
 * <p>{@code OutboxTables} is the file; {@link io.gapless.recovery.outbox.OutboxVisitor} looks into it from another
 * process.
 */
@org.jspecify.annotations.NullMarked
package io.gapless.recovery.outbox;
