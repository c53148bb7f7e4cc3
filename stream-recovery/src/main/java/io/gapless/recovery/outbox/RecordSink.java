package io.gapless.recovery.outbox;

/** Receives the records of a source, one after the other. */
@FunctionalInterface
public interface RecordSink {
    /**
     * Takes one record.
     *
     * @param record the record
     * @throws Exception if the record cannot be taken; the source stops and passes the exception on to its caller
     */
    void take(OutboxRecord record) throws Exception;

    /**
     * Takes one row that cannot become a record. A sender quarantines the row. By default this method throws, so that
     * the source stops.
     *
     * @param row the row, with the reason
     * @throws Exception if the row cannot be taken; the source stops and passes the exception on to its caller
     */
    default void takeUnreadable(UnreadableRow row) throws Exception {
        throw new IllegalArgumentException(row.reason());
    }
}
