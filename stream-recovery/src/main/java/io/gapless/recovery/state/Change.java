package io.gapless.recovery.state;

import io.gapless.recovery.ledger.Gap;
import java.time.Instant;
import java.time.LocalDate;
import java.time.temporal.ChronoUnit;

/** Describes one change to the state. A commit stores all of its changes, or nothing. */
public sealed interface Change {
    /**
     * Stores the ids of posts that are acknowledged, because the handler has returned.
     *
     * @param ids the posts' ids
     */
    record Acknowledged(long[] ids) implements Change {}

    /**
     * Stores a post as a dead letter. The post is acknowledged at the same time.
     *
     * @param letter the post and the cause
     */
    record DeadLettered(DeadLetter letter) implements Change {}

    /**
     * Deletes a dead letter, because the handler has accepted it after all.
     *
     * @param id the post's id
     */
    record Revived(long id) implements Change {}

    /**
     * Moves the frontier. Everything before the frontier was received or is accounted for in the ledger. Both moments
     * are cut to milliseconds.
     *
     * @param at the last signal, in X's time
     * @param oldestUnacknowledged the creation time of the oldest post that was received but not acknowledged; {@code
     *     at} if there is no such post
     */
    record Frontier(Instant at, Instant oldestUnacknowledged) implements Change {
        /**
         * Cuts both moments to milliseconds.
         *
         * @param at the last signal
         * @param oldestUnacknowledged the creation time of the oldest unacknowledged post
         */
        public Frontier {
            at = at.truncatedTo(ChronoUnit.MILLIS);
            oldestUnacknowledged = oldestUnacknowledged.truncatedTo(ChronoUnit.MILLIS);
        }
    }

    /**
     * Stores a gap that was opened or has changed.
     *
     * @param gap the whole gap; it replaces any stored gap with the same id
     */
    record GapKept(Gap gap) implements Change {}

    /**
     * Deletes all ids below {@code firstKept}, since they are no longer needed. An id that carries no time is deleted
     * if it was acknowledged before the time that {@code firstKept} carries.
     *
     * @param firstKept the smallest id to keep
     */
    record IdsForgotten(long firstKept) implements Change {}

    /**
     * Stores a note, such as the learned skew or the rules last seen, in place of any earlier note of the same name.
     *
     * @param name the name of the note, from {@link NoteNames}
     * @param value the note as text
     */
    record Noted(String name, String value) implements Change {}

    /**
     * Adds to the number of posts that search has bought on a UTC day.
     *
     * @param day the UTC day
     * @param posts how many posts to add to the day's number
     */
    record Spent(LocalDate day, long posts) implements Change {}

    /**
     * Stores the answer to a request of another process.
     *
     * @param id the number of the request
     * @param answer the answer
     */
    record Answered(long id, RequestAnswer answer) implements Change {}
}
