/**
 * Has a {@link io.gapless.receiver.Receiver}, to which senders send in examples and proofs. It fails on purpose, and
 * counts what it has accepted. A {@link io.gapless.receiver.Report} judges the numbers.
 */
@org.jspecify.annotations.NullMarked
package io.gapless.receiver;
