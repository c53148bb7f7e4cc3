package io.gapless.connect;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/**
 * Makes the keys under which the state of one {@link StreamPart} lies in the offsets.
 *
 * <p>Kafka compares keys byte by byte, so the same key must have its fields in the same order in every JVM. {@code Map.of}
 * has an order that differs from one JVM to the next; with it, no id would be found again after a restart.
 */
final class OffsetKeys {
    /** What a person does to begin again, for sentences. */
    static final String BEGIN_AGAIN =
            "stop the connector and begin again (with another offsets.storage.topic if the connector"
                    + " has one, else by DELETE /connectors/NAME/offsets)";

    private static final String PARTITION = "partition";
    private static final String KIND = "kind";
    private static final String SLOT = "slot";

    /** What a key holds. */
    enum Kind {
        /** The frontier, the open gaps, the notes, and what is needed to find the other keys. */
        STATE,
        /** The newest gaps that have a verdict. */
        LEDGER,
        /** The dead letters. */
        DEAD_LETTERS,
        /** The ids of the posts of one bucket, in a slot. */
        IDS;

        String word() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }
    }

    private final String partition;

    OffsetKeys(int partition) {
        this.partition = Integer.toString(partition);
    }

    Map<String, String> state() {
        return key(Kind.STATE);
    }

    Map<String, String> ledger() {
        return key(Kind.LEDGER);
    }

    Map<String, String> deadLetters() {
        return key(Kind.DEAD_LETTERS);
    }

    Map<String, String> ids(int slot) {
        Map<String, String> key = fields(Kind.IDS);
        key.put(SLOT, Integer.toString(slot));
        return Collections.unmodifiableMap(key);
    }

    private Map<String, String> key(Kind kind) {
        return Collections.unmodifiableMap(fields(kind));
    }

    private Map<String, String> fields(Kind kind) {
        Map<String, String> key = new LinkedHashMap<>();
        key.put(PARTITION, partition);
        key.put(KIND, kind.word());
        return key;
    }

    /** Returns whether a key can be one of this connector. */
    static boolean isOurs(Map<String, ?> key) {
        if (!String.valueOf(key.get(PARTITION)).matches("[0-9]{1,2}")) return false;
        String kind = String.valueOf(key.get(KIND));
        boolean ids = kind.equals(Kind.IDS.word());
        if (ids) return key.size() == 3 && String.valueOf(key.get(SLOT)).matches("[0-9]{1,10}");
        for (Kind one : Kind.values()) if (one.word().equals(kind)) return key.size() == 2;
        return false;
    }
}
