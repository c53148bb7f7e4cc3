package io.gapless.recovery.outbox;

import java.time.Instant;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Holds a row of a source that cannot become a record. The row is quarantined alone, and the other rows are sent.
 *
 * @param key the key of the row; if the key is incomplete or too long, its parts and a hash
 * @param lastModified when the row was last modified; empty if that cannot be read
 * @param reason why the row cannot become a record, for people
 * @param values what the source returned, by column, as text
 */
public record UnreadableRow(
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
