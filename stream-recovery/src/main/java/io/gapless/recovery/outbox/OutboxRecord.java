package io.gapless.recovery.outbox;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Holds one record to send. Two records with the same id and different {@code lastModified} are two versions of one
 * record. Two records with the same id and the same {@code lastModified} are the same version, which is sent once. Two
 * records from an {@link IntervalSource} are the same version only if their fields are the same, too.
 *
 * @param id identifies the record within its source; 1 to 1,000 characters
 * @param lastModified the time of change, by the source's clock; cut to microseconds
 * @param fields the values by name, in the source's order; a value is a {@code String}, a {@code Number}, a {@code
 *     Boolean}, an {@code Instant} or null
 */
public record OutboxRecord(String id, Instant lastModified, Map<String, @Nullable Object> fields) {
    private static final int ID_CHARACTERS_MAX = 1_000;

    /**
     * Checks the values and copies the fields.
     *
     * @param id identifies the record within its source
     * @param lastModified the time of change
     * @param fields the values by name
     * @throws IllegalArgumentException if the id is empty or too long, or a value has another type
     */
    public OutboxRecord {
        if (id.isEmpty() || id.length() > ID_CHARACTERS_MAX)
            throw new IllegalArgumentException(
                    "id has " + id.length() + " characters. It must have between 1 and " + ID_CHARACTERS_MAX + ".");
        lastModified = lastModified.truncatedTo(ChronoUnit.MICROS);
        Map<String, @Nullable Object> copy = new LinkedHashMap<>(fields);
        copy.forEach(OutboxRecord::check);
        fields = Collections.unmodifiableMap(copy);
    }

    private static void check(String name, @Nullable Object value) {
        if (value == null || value instanceof String || value instanceof Number) return;
        if (value instanceof Boolean || value instanceof Instant) return;
        throw new IllegalArgumentException("The field " + name + " has a value of type "
                + value.getClass().getName() + ". Use a String, a Number, a Boolean, an Instant or null.");
    }
}
