package io.gapless.recovery.outbox;

/** Where a source tells its records, one after the other. */
@FunctionalInterface
public interface RecordSink {
    /**
     * Takes one record.
     *
     * @param record the record
     * @throws Exception if it cannot be taken; the source stops telling and lets it through
     */
    void take(OutboxRecord record) throws Exception;
}
