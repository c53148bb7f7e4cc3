/**
 * Stores the data of a stream that must survive the process. A {@link io.gapless.recovery.state.StateStore} stores
 * {@link io.gapless.recovery.state.Change}s, one transaction at a time, and returns the stored data at the next start.
 * Start with {@link io.gapless.recovery.state.StateDirectory}: {@code open} is for the one owner, {@code client} for
 * all other processes.
 *
 * <p>{@code Database} is the file. The owner uses a {@code SqliteStateStore}, which writes with {@code ChangeWriter}.
 * Other processes use a {@code SqliteStateClient}, which writes only {@link io.gapless.recovery.state.StoreRequest}s.
 * Both read with {@code Queries}. The file holds ids as {@code PackedIds} and gaps as {@link
 * io.gapless.recovery.state.GapJson}.
 */
@org.jspecify.annotations.NullMarked
package io.gapless.recovery.state;
