/**
 * Interval sending, seen from both sides: {@link io.gapless.sending.IntervalSending} is the program, {@link
 * io.gapless.sending.Receiver} the service that it sends to, with failures of its own. {@link io.gapless.sending.Show} is
 * the whole way of a post, {@link io.gapless.sending.Kills} the proof that a crash neither loses nor doubles, {@link
 * io.gapless.sending.Backlog} the measure of a million records.
 */
@org.jspecify.annotations.NullMarked
package io.gapless.sending;
