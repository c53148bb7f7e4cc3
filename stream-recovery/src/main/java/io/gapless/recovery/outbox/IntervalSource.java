package io.gapless.recovery.outbox;

import java.time.Instant;

/**
 * Supplies records that are collected on a schedule, for example from a table of a database. If a method throws, the
 * collection ends, no record of it is kept, and the same interval is collected again later. The sender calls the source
 * from one thread at a time, never from the stream's thread.
 */
public interface IntervalSource extends AutoCloseable {
    /**
     * Returns the time by the source's own clock, which is the clock that stamps its records. Marks are counted by this
     * clock.
     *
     * @return the source's time now
     * @throws Exception if the source cannot be reached
     */
    Instant now() throws Exception;

    /**
     * Passes every record with {@code from <= lastModified < until} to {@code each}: each version once, in any order.
     * The source must hold only a bounded number of records in memory at a time.
     *
     * @param from the start, inclusive; {@link Instant#MIN} asks for everything before {@code until}
     * @param until the end, exclusive
     * @param each receives every record
     * @throws Exception if the source fails, or {@code each} throws
     */
    void records(Instant from, Instant until, RecordSink each) throws Exception;

    /**
     * Returns the identity of the source, such as the address of a database and the names of its tables. An outbox
     * refuses a source whose identity differs from that of the source it has collected from.
     *
     * @return the same text at each start, without secrets; empty if any source may replace this one
     */
    default String identity() {
        return "";
    }

    /** Releases all resources. If another thread is in a call to this source, ends that call. Idempotent. */
    @Override
    void close();
}
