/**
 * What was received also arrives: records are kept in an outbox and handed on to an endpoint, on a schedule, in batches.
 * An {@link io.gapless.recovery.outbox.OutboxRecord} is one thing to hand on; an {@link
 * io.gapless.recovery.outbox.IntervalSource} tells those that changed between two moments.
 */
@org.jspecify.annotations.NullMarked
package io.gapless.recovery.outbox;
