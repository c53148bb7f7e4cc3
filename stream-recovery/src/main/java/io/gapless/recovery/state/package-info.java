/**
 * What outlives the process. A {@link io.gapless.recovery.state.StateStore} takes {@link
 * io.gapless.recovery.state.Change}s, a transaction at a time, and gives everything back at the next start. The door is
 * {@link io.gapless.recovery.state.StateDirectory}: {@code open} for the one owner, {@code visit} for everybody else.
 *
 * <p>{@code Database} is the file. Its owner, {@code SqliteStateStore}, writes by {@code ChangeWriter}; its {@code
 * SqliteStateVisitor}s write {@link io.gapless.recovery.state.StoreRequest}s only; both read by {@code Queries}. Ids lie
 * in it as {@code PackedIds}, gaps as {@link io.gapless.recovery.state.GapJson}.
 */
@org.jspecify.annotations.NullMarked
package io.gapless.recovery.state;
