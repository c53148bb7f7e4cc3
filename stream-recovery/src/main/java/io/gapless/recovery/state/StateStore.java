package io.gapless.recovery.state;

import io.gapless.recovery.Gap;
import io.gapless.recovery.Span;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongConsumer;

/**
 * The memory that outlives the process. One process owns it; others may read. Commits come from one thread at a time;
 * all other methods are safe beside them.
 */
public interface StateStore extends AutoCloseable {
    /**
     * What was remembered.
     *
     * @param frontier the frontier, if there has been one
     * @param gaps all gaps that have no verdict, oldest first
     * @param lastGapId the number of the newest gap, 0 if there was none
     * @param notes small facts by name
     */
    record Remembered(Optional<Change.Frontier> frontier, List<Gap> gaps, long lastGapId, Map<String, String> notes) {}

    /**
     * Reads what a start needs.
     *
     * @return what was remembered
     * @throws StateException if it cannot be read
     */
    Remembered remembered();

    /**
     * Tells the ids of acknowledged posts.
     *
     * @param created when the posts were created; ids that tell no time are told, too
     * @param each is given every id
     * @throws StateException if they cannot be read
     */
    void ids(Span created, LongConsumer each);

    /**
     * Remembers changes, all or none, so that they survive a crash of the machine.
     *
     * @param changes what to remember, in order
     * @throws StateException if they are not remembered, for example because the disk is full; may be tried again
     */
    void commit(List<Change> changes);

    /**
     * The ledger, newest first.
     *
     * @param since leaves out gaps that ended before
     * @param limit how many at most
     * @return gaps with and without a verdict
     */
    List<Gap> ledger(Instant since, int limit);

    /**
     * Posts that were given up.
     *
     * @param limit how many at most
     * @return oldest first
     */
    List<DeadLetter> deadLetters(int limit);

    /**
     * How many posts were given up and are still kept.
     *
     * @return their number
     */
    long deadLetterCount();

    /**
     * Posts bought by search.
     *
     * @param day a UTC day
     * @return how many
     */
    long spent(LocalDate day);

    /**
     * What other processes have asked for and nobody has answered.
     *
     * @return oldest first
     */
    List<StoreRequest> requests();

    @Override
    void close();
}
