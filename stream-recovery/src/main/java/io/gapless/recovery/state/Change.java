package io.gapless.recovery.state;

import io.gapless.recovery.Gap;
import java.time.Instant;
import java.time.LocalDate;
import java.time.temporal.ChronoUnit;

/** One change to the state. The changes of one commit are stored all or none. */
public sealed interface Change {
    /**
     * Posts have been acknowledged, because the handler returned.
     *
     * @param ids the posts' ids
     */
    record Acknowledged(long[] ids) implements Change {}

    /**
     * A post has become a dead letter. It is acknowledged at the same time.
     *
     * @param letter the post and the cause
     */
    record DeadLettered(DeadLetter letter) implements Change {}

    /**
     * A dead letter has been handled after all, and is deleted.
     *
     * @param id the post's id
     */
    record Revived(long id) implements Change {}

    /**
     * The frontier has moved: up to it, nothing is missing except in open gaps. Both moments are cut to milliseconds.
     *
     * @param at the last signal, in X's time
     * @param oldestUnacknowledged when the oldest received post that is not acknowledged was created; {@code at} if
     *     there is no such post
     */
    record Frontier(Instant at, Instant oldestUnacknowledged) implements Change {
        /**
         * Cuts both moments to milliseconds.
         *
         * @param at the last signal
         * @param oldestUnacknowledged when the oldest post was created that is not acknowledged
         */
        public Frontier {
            at = at.truncatedTo(ChronoUnit.MILLIS);
            oldestUnacknowledged = oldestUnacknowledged.truncatedTo(ChronoUnit.MILLIS);
        }
    }

    /**
     * A gap was opened or has changed.
     *
     * @param gap the whole gap; it replaces what was stored under its id
     */
    record GapKept(Gap gap) implements Change {}

    /**
     * Ids are no longer needed and are deleted. An id that carries no time is deleted if it was acknowledged before
     * {@code firstKept} was created.
     *
     * @param firstKept the smallest id to keep
     */
    record IdsForgotten(long firstKept) implements Change {}

    /**
     * A note has been set, such as the learned skew or the rules last seen.
     *
     * @param name the name of the note, from {@link Notes}
     * @param value the note as text
     */
    record Noted(String name, String value) implements Change {}

    /**
     * Search has bought posts.
     *
     * @param day the UTC day
     * @param posts how many posts are added to the day's count
     */
    record Spent(LocalDate day, long posts) implements Change {}

    /**
     * A request of another process has been answered.
     *
     * @param id the number of the request
     * @param answer the answer
     */
    record Answered(long id, RequestAnswer answer) implements Change {}
}
