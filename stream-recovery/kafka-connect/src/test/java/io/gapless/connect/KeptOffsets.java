package io.gapless.connect;

import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.connect.data.SchemaAndValue;
import org.apache.kafka.connect.json.JsonConverter;
import org.apache.kafka.connect.source.SourceRecord;
import org.apache.kafka.connect.storage.OffsetStorageReader;

/**
 * Keeps offsets as Kafka Connect does: by the bytes that its converter writes for the key, and with values that went through
 * it, too. Owns the offsets. Thread-safe.
 */
final class KeptOffsets implements OffsetStorageReader {
    private static final String CONNECTOR = "connector";
    private final JsonConverter converter = new JsonConverter();
    private final Map<String, byte[]> values = new TreeMap<>();

    KeptOffsets() {
        converter.configure(Map.of("schemas.enable", "false"), false);
    }

    synchronized void keep(List<SourceRecord> records) {
        for (SourceRecord record : records) keep(record);
    }

    synchronized void keep(SourceRecord record) {
        byte[] value = converter.fromConnectData(CONNECTOR, null, record.sourceOffset());
        // Kafka Connect may write the deletion of an offset after its transaction.
        if (value == null) throw new AssertionError("the offset " + record.sourcePartition() + " is deleted");
        values.put(text(record.sourcePartition()), value);
    }

    private String text(Map<String, ?> key) {
        return new String(converter.fromConnectData(CONNECTOR, null, key), StandardCharsets.UTF_8);
    }

    synchronized int count() {
        return values.size();
    }

    synchronized long bytes() {
        return values.entrySet().stream()
                .mapToLong(offset -> offset.getKey().length() + offset.getValue().length)
                .sum();
    }

    @Override
    public synchronized <T> Map<String, Object> offset(Map<String, T> key) {
        return offsets(List.of(key)).get(key);
    }

    @Override
    public synchronized <T> Map<Map<String, T>, Map<String, Object>> offsets(Collection<Map<String, T>> keys) {
        Map<Map<String, T>, Map<String, Object>> found = new HashMap<>();
        for (Map<String, T> key : keys) {
            byte[] value = values.get(text(key));
            if (value != null) found.put(key, fields(converter.toConnectData(CONNECTOR, value)));
        }
        return found;
    }

    @SuppressWarnings("unchecked") // As Kafka Connect does: an offset is a map.
    private static Map<String, Object> fields(SchemaAndValue value) {
        return (Map<String, Object>) value.value();
    }
}
