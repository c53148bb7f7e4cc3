package io.gapless.recovery.outbox;

import java.time.Instant;

/**
 * Supplies the records of a collection. The feed of a stream supplies no records, since pushed records are already in
 * the outbox.
 */
@FunctionalInterface
interface RecordFeed {
    void into(RecordSink sink) throws Exception;

    /**
     * Supplies the records that were modified at a moment once more, so that a quarantined row can be sent after the
     * source's query was repaired.
     */
    default void again(Instant at, RecordSink sink) throws Exception {}
}
