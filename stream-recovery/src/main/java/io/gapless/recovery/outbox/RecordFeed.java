package io.gapless.recovery.outbox;

import java.time.Instant;

/**
 * Supplies the records of a collection. For a stream it supplies nothing, since pushed records are already in the
 * outbox.
 */
@FunctionalInterface
interface RecordFeed {
    void into(RecordSink sink) throws Exception;

    /** Supplies once more what was modified at a moment, so that a row can be sent after its query was repaired. */
    default void again(Instant at, RecordSink sink) throws Exception {}
}
