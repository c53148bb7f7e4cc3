package io.gapless.recovery.state;

import io.gapless.recovery.Gap;
import java.time.Instant;
import java.time.LocalDate;
import java.time.temporal.ChronoUnit;

/** One thing to remember. Changes of one commit are remembered all or none. */
public sealed interface Change {
    /**
     * Posts whose handler has returned.
     *
     * @param ids their ids
     */
    record Acknowledged(long[] ids) implements Change {}

    /**
     * A post that was given up after its tries; acknowledged at the same time.
     *
     * @param letter the post and why
     */
    record DeadLettered(DeadLetter letter) implements Change {}

    /**
     * A dead letter that has been handled after all.
     *
     * @param id the post's id
     */
    record Revived(long id) implements Change {}

    /**
     * Up to where nothing is missing but what lies in open gaps. Both moments are kept to the millisecond, rather earlier
     * than later.
     *
     * @param at the last sign of life, in X's time
     * @param oldestUnacknowledged when the oldest post was created that has come and is not acknowledged; {@code at} if
     *     there is none
     */
    record Frontier(Instant at, Instant oldestUnacknowledged) implements Change {
        /**
         * Cuts both moments to milliseconds.
         *
         * @param at the last sign of life
         * @param oldestUnacknowledged when the oldest post was created that is not acknowledged
         */
        public Frontier {
            at = at.truncatedTo(ChronoUnit.MILLIS);
            oldestUnacknowledged = oldestUnacknowledged.truncatedTo(ChronoUnit.MILLIS);
        }
    }

    /**
     * A gap is new, or has come further.
     *
     * @param gap all of it; replaces what was remembered under its id
     */
    record GapKept(Gap gap) implements Change {}

    /**
     * Ids are no longer needed. Of ids that tell no time those go that were acknowledged before {@code firstKept} was
     * made.
     *
     * @param firstKept the smallest id to keep
     */
    record IdsForgotten(long firstKept) implements Change {}

    /**
     * A small fact under a name, such as the learned skew or the rules last seen.
     *
     * @param name what it is
     * @param value its text form
     */
    record Noted(String name, String value) implements Change {}

    /**
     * Posts bought by search.
     *
     * @param day the UTC day
     * @param posts how many more
     */
    record Spent(LocalDate day, long posts) implements Change {}

    /**
     * A request of another process has been seen to.
     *
     * @param id which
     * @param answer what came of it
     */
    record Answered(long id, RequestAnswer answer) implements Change {}
}
