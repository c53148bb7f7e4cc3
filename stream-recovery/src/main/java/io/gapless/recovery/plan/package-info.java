/**
 * Decides which methods recover which part of a gap. {@code RecoveryPlanner} is a pure function of what is missing, of
 * the {@code Abilities} of the account, and of X's time. The package is not exported.
 */
@org.jspecify.annotations.NullMarked
package io.gapless.recovery.plan;
