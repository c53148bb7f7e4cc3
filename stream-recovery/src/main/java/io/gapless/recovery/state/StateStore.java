package io.gapless.recovery.state;

import io.gapless.recovery.Span;
import java.util.List;
import java.util.function.LongConsumer;

/**
 * The memory that outlives the process, in the hands of its one owner; others are {@link StateVisitor}s. Thread-safe:
 * one call at a time, the others wait.
 *
 * <p>How long things are remembered, counted from the frontier:
 *
 * <table>
 * <caption>Retention</caption>
 * <tr><td>ledger</td><td>400 days, and at most the newest 100,000 gaps; a gap without a verdict is always kept</td></tr>
 * <tr><td>ids</td><td>until {@link Change.IdsForgotten}</td></tr>
 * <tr><td>dead letters</td><td>until {@link Change.Revived}: they are the user's posts, and no bound drops them;
 * {@link #deadLetterCount} tells how many there are</td></tr>
 * <tr><td>posts bought</td><td>400 days</td></tr>
 * <tr><td>answered requests</td><td>7 days; at most 100 may wait</td></tr>
 * <tr><td>bodies of acknowledged posts</td><td>never written</td></tr>
 * </table>
 */
public interface StateStore extends StateReader {
    /**
     * Tells the ids of acknowledged posts; one that was acknowledged again may be told again.
     *
     * @param created when the posts were created; ids that tell no time are told, too
     * @param each is given every id; must not call the store
     * @throws StateException if they cannot be read
     */
    void ids(Span created, LongConsumer each);

    /**
     * Remembers changes, all or none, so that they survive a crash of the machine.
     *
     * @param changes what to remember, in order
     * @throws StateException if they are not remembered: {@code UNWRITABLE}, for example because the disk is full, may be
     *     tried again and succeeds once there is room; {@code DAMAGED} will not
     */
    void commit(List<Change> changes);
}
