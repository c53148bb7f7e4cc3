package io.gapless.recovery.state;

import io.gapless.recovery.ledger.Span;
import java.util.List;
import java.util.function.LongConsumer;

/** A shared state whose commits are fenced: each names the term of its holder and has a number. */
interface FencedState extends StateReader {
    /**
     * Extends the lease of a term and stores changes, in one transaction.
     *
     * @param term the term of the holder
     * @param number one more than the number of the holder's last commit
     * @param changes the changes, in order
     * @return whether the term still holds the lease, and whether this commit had been made before
     */
    Lease.Extension commit(long term, long number, List<Change> changes);

    /** Passes the ids of acknowledged posts to a consumer: see {@link StateStore#ids}. */
    void ids(Span created, LongConsumer each);

    /** Gives the lease of a term back, if that term still holds it. */
    void release(long term);
}
