package io.gapless.recovery.state;

import io.gapless.recovery.Gap;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What is remembered, for whoever may look. Each call sees all of a commit or nothing of it. Every method throws {@link
 * StateException} if the memory cannot be read. Thread-safe.
 */
public interface StateReader extends AutoCloseable {
    /**
     * What was remembered.
     *
     * @param frontier the frontier, if there has been one
     * @param gaps all gaps that have no verdict, oldest first
     * @param lastGapId the number of the newest gap, 0 if there was none; never taken back
     * @param notes small facts by name
     */
    record Remembered(Optional<Change.Frontier> frontier, List<Gap> gaps, long lastGapId, Map<String, String> notes) {
        /**
         * Keeps copies.
         *
         * @param frontier the frontier
         * @param gaps all gaps that have no verdict
         * @param lastGapId the number of the newest gap
         * @param notes small facts by name
         */
        public Remembered {
            gaps = List.copyOf(gaps);
            notes = Map.copyOf(notes);
        }
    }

    /**
     * Reads what a start needs.
     *
     * @return what was remembered
     */
    Remembered remembered();

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

    /**
     * How much room the memory takes on the disk.
     *
     * @return bytes
     */
    long diskBytes();

    /** Lets go of everything. Idempotent. */
    @Override
    void close();
}
