package io.gapless.recovery.state;

import io.gapless.recovery.ledger.Span;
import io.gapless.recovery.ledger.StateException;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.function.LongConsumer;

/**
 * Stores the state of a stream so that it survives the process. One process owns it; other processes use a {@link
 * StateClient}. Thread-safe: one call runs at a time, and the others wait.
 *
 * <p>How long data is kept, counted back from the frontier:
 *
 * <table>
 * <caption>Retention</caption>
 * <tr><td>ledger</td><td>400 days, and at most the newest 100,000 gaps; a gap without a verdict is always kept</td></tr>
 * <tr><td>ids</td><td>until {@link Change.IdsForgotten}</td></tr>
 * <tr><td>dead letters</td><td>until {@link Change.Revived}, since they are the user's posts; {@link
 * #deadLetterCount} counts them</td></tr>
 * <tr><td>posts bought</td><td>400 days</td></tr>
 * <tr><td>answered requests</td><td>7 days; at most 100 may wait</td></tr>
 * <tr><td>bodies of acknowledged posts</td><td>never stored</td></tr>
 * </table>
 */
public interface StateStore extends StateReader {
    /**
     * Passes the ids of acknowledged posts to {@code each}. An id that was acknowledged twice may be passed twice.
     *
     * @param created the span in which the posts were created; ids that carry no time are always passed
     * @param each receives every id; it must not call the store
     * @throws StateException if the ids cannot be read
     */
    void ids(Span created, LongConsumer each);

    /**
     * Stores all changes, or nothing. When the method returns, the changes survive a crash of the machine.
     *
     * <p>After a failure, the next call must pass the same changes: over a network, they may have been stored although
     * the answer was lost.
     *
     * @param changes the changes, in order; none to extend a lease
     * @throws StateException if no change was stored. {@code UNWRITABLE}, for example because the disk is full, can be
     *     retried and succeeds once there is room; a retry after {@code DAMAGED} cannot succeed; {@code TAKEN_OVER} is
     *     final
     */
    void commit(List<Change> changes);

    /**
     * Returns the term of this owner: a number that grows with each owner of a shared state.
     *
     * @return the term; 0 for a state that one process owns for as long as it lives
     */
    default long term() {
        return 0;
    }

    /**
     * Returns whether posts may be handed over now, before a commit. Does not block.
     *
     * @return false while another process may have taken over
     */
    default boolean mayDispatch() {
        return true;
    }

    /**
     * Returns how long after the last commit the next one must follow, even without changes.
     *
     * @return the time; longer than any process lives if no lease has to be extended
     */
    default Duration renewEvery() {
        return ChronoUnit.FOREVER.getDuration();
    }
}
