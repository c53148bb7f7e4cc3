/**
 * What outlives the process. A {@link io.gapless.recovery.state.StateStore} takes {@link
 * io.gapless.recovery.state.Change}s, a transaction at a time, and gives everything back at the next start.
 */
@org.jspecify.annotations.NullMarked
package io.gapless.recovery.state;
