package io.gapless.recovery.state;

import io.gapless.recovery.ledger.Gap;
import io.gapless.recovery.ledger.StateException;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Reads the state of a stream. Each call sees either the whole of a commit or nothing of it. Every method throws {@link
 * StateException} if the state cannot be read. Thread-safe.
 */
public interface StateReader extends AutoCloseable {
    /**
     * Holds the part of the state that a stream needs when it starts.
     *
     * @param frontier the frontier; empty if nothing was ever received
     * @param gaps all gaps without a verdict, oldest first
     * @param lastGapId the number of the newest gap, 0 if there was no gap yet; it never decreases
     * @param notes the notes by name
     */
    record Remembered(Optional<Change.Frontier> frontier, List<Gap> gaps, long lastGapId, Map<String, String> notes) {
        /**
         * Copies the collections.
         *
         * @param frontier the frontier
         * @param gaps all gaps without a verdict
         * @param lastGapId the number of the newest gap
         * @param notes the notes by name
         */
        public Remembered {
            gaps = List.copyOf(gaps);
            notes = Map.copyOf(notes);
        }
    }

    /**
     * Reads the part of the state that a stream needs when it starts.
     *
     * @return the frontier, the open gaps and the notes
     */
    Remembered remembered();

    /**
     * Returns the gaps of the ledger.
     *
     * @param since leaves out gaps that ended before this moment
     * @param limit how many at most
     * @return gaps with and without a verdict, newest first
     */
    List<Gap> ledger(Instant since, int limit);

    /**
     * Returns the dead letters.
     *
     * @param limit how many at most
     * @return the dead letters, oldest first
     */
    List<DeadLetter> deadLetters(int limit);

    /**
     * Returns the number of dead letters.
     *
     * @return how many are kept
     */
    long deadLetterCount();

    /**
     * Returns how many posts search bought on a day.
     *
     * @param day the UTC day
     * @return the number of posts
     */
    long spent(LocalDate day);

    /**
     * Returns the requests of other processes that have no answer yet.
     *
     * @return the requests, oldest first
     */
    List<StoreRequest> requests();

    /**
     * Returns how much of the disk the state uses.
     *
     * @return bytes, 0 for a state in memory
     */
    long diskBytes();

    /** Releases all resources. Idempotent. */
    @Override
    void close();
}
