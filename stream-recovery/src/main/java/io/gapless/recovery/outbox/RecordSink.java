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
}
