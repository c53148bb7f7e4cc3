package io.gapless.recovery.outbox;

import java.time.Instant;

/** What a collection tells the outbox; the stream's is nothing, since its records lie there already. */
@FunctionalInterface
interface RecordFeed {
    void into(RecordSink sink) throws Exception;

    /** Tells once more what was modified at a moment, so that a repaired query can send it. */
    default void again(Instant at, RecordSink sink) throws Exception {}
}
