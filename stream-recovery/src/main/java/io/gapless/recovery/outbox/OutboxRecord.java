package io.gapless.recovery.outbox;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One thing to hand on, as its source tells it. The same id with another {@code lastModified} is another version of the
 * same thing; the same id with the same {@code lastModified} is the same version, and is handed on once.
 *
 * @param id names the thing within its source; 1 to 1,000 characters
 * @param lastModified its version, by the source's clock; kept to the microsecond, rather earlier than later
 * @param fields what it says, name to value, in the source's order; a value is a {@code String}, a {@code Number}, a
 *     {@code Boolean}, an {@code Instant} or null
 */
public record OutboxRecord(String id, Instant lastModified, Map<String, @Nullable Object> fields) {
    private static final int ID_CHARACTERS_MAX = 1_000;

    /**
     * Checks and keeps a copy.
     *
     * @param id names the thing within its source
     * @param lastModified its version
     * @param fields what it says
     * @throws IllegalArgumentException if the id is empty or too long, or a value has another type
     */
    public OutboxRecord {
        if (id.isEmpty() || id.length() > ID_CHARACTERS_MAX)
            throw new IllegalArgumentException(
                    "An id has 1 to " + ID_CHARACTERS_MAX + " characters, not " + id.length());
        lastModified = lastModified.truncatedTo(ChronoUnit.MICROS);
        Map<String, @Nullable Object> copy = new LinkedHashMap<>(fields);
        copy.forEach(OutboxRecord::check);
        fields = Collections.unmodifiableMap(copy);
    }

    private static void check(String name, @Nullable Object value) {
        if (value == null || value instanceof String || value instanceof Number) return;
        if (value instanceof Boolean || value instanceof Instant) return;
        throw new IllegalArgumentException("The field " + name + " is a "
                + value.getClass().getName() + "; a value is a String, a Number, a Boolean, an Instant or null");
    }
}
