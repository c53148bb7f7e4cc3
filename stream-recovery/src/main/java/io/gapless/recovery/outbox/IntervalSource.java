package io.gapless.recovery.outbox;

import java.time.Instant;

/**
 * Where records come from that are collected on a schedule, such as a table of a database. A method that fails ends the
 * collection, nothing of it is kept, and the same interval is asked for again. Called by one thread at a time, never the
 * stream's.
 */
public interface IntervalSource extends AutoCloseable {
    /**
     * The source's own clock, in which marks are counted: the one that stamps its records.
     *
     * @return its time now
     * @throws Exception if it cannot be reached
     */
    Instant now() throws Exception;

    /**
     * Tells every record with {@code from <= lastModified < until}, each version once, in any order. Holds a bounded part
     * of them at a time, however many there are.
     *
     * @param from the first moment asked for; {@link Instant#EPOCH} asks for all there is before {@code until}
     * @param until the first moment not asked for
     * @param each is given every record
     * @throws Exception if the source fails in the middle, or {@code each} does
     */
    void records(Instant from, Instant until, RecordSink each) throws Exception;

    /** Lets go of everything. Idempotent; also ends a call under way in another thread. */
    @Override
    void close();
}
