/**
 * What outlives the process. A {@link io.gapless.recovery.state.StateStore} takes {@link
 * io.gapless.recovery.state.Change}s, a transaction at a time, and gives everything back at the next start. The door is
 * {@link io.gapless.recovery.state.StateDirectory}: {@code open} for the one owner, {@code visit} for everybody else.
 */
@org.jspecify.annotations.NullMarked
package io.gapless.recovery.state;
