/**
 * Stores what must survive the process. A {@link io.gapless.recovery.state.StateStore} stores {@link
 * io.gapless.recovery.state.Change}s, one transaction at a time, and returns them at the next start. Start with {@link
 * io.gapless.recovery.state.StateDirectory}: {@code open} is for the one owner, {@code visit} for all other processes.
 *
 * <p>{@code Database} is the file. Its owner, {@code SqliteStateStore}, writes with {@code ChangeWriter}; a {@code
 * SqliteStateClient} writes {@link io.gapless.recovery.state.StoreRequest}s only. Both read with {@code Queries}. The
 * file holds ids as {@code PackedIds} and gaps as {@link io.gapless.recovery.state.GapJson}.
 */
@org.jspecify.annotations.NullMarked
package io.gapless.recovery.state;
