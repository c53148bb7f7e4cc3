package io.gapless.recovery.outbox;

import java.time.Instant;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

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

    /**
     * Holds a row of a source that cannot become a record. The row is quarantined alone, and the other rows are sent.
     *
     * @param key the key of the row; if the key is incomplete or too long, its parts and a hash
     * @param lastModified when the row was last modified; empty if that cannot be read
     * @param reason why the row cannot become a record, for people
     * @param values what the source returned, by column, as text
     */
    record UnreadableRow(
            String key, Optional<Instant> lastModified, String reason, Map<String, @Nullable String> values) {
        /**
         * Copies the values.
         *
         * @param key the key of the row
         * @param lastModified when the row was last modified
         * @param reason why the row cannot become a record
         * @param values what the source returned
         */
        public UnreadableRow {
            values = Collections.unmodifiableMap(new LinkedHashMap<>(values));
        }
    }
}
