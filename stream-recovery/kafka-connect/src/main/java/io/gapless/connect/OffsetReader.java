package io.gapless.connect;

import java.util.Collection;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads offsets by their keys. Kafka Connect cannot list keys. */
@FunctionalInterface
interface OffsetReader {
    /**
     * Reads offsets.
     *
     * @param keys the keys to look up
     * @return the value of each key that has one; a key without a value is absent or null
     */
    Map<Map<String, String>, @Nullable Map<String, Object>> read(Collection<Map<String, String>> keys);
}
