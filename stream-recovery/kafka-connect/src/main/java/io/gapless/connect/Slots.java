package io.gapless.connect;

import java.util.Map;
import java.util.OptionalInt;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Gives each bucket of ids a slot, which is the key of its offset, and uses the slots of buckets that are gone again. So no
 * offset is ever deleted. Kafka Connect 4.3.1 writes a deletion into the workers' offsets topic first and into the connector's
 * own one afterwards, when the transaction may have been committed already: the task then fails, or its offsets are committed
 * later than its posts. Owns the slots. Not thread-safe.
 */
final class Slots {
    private final Map<Long, Integer> slots = new TreeMap<>();
    private final Map<Integer, Long> buckets = new TreeMap<>();
    private final TreeSet<Integer> free = new TreeSet<>();
    private int count;

    /** Returns the slot of a bucket, which gets one if it has none. */
    int take(long bucket) {
        Integer known = slots.get(bucket);
        if (known != null) return known;
        Integer reused = free.pollFirst();
        int slot = reused == null ? count++ : reused;
        put(slot, bucket);
        return slot;
    }

    private void put(int slot, long bucket) {
        slots.put(bucket, slot);
        buckets.put(slot, bucket);
    }

    /** Frees the slot of a bucket, and returns it; empty if the bucket has none. */
    OptionalInt release(long bucket) {
        Integer slot = slots.remove(bucket);
        if (slot == null) return OptionalInt.empty();
        buckets.remove(slot);
        free.add(slot);
        return OptionalInt.of(slot);
    }

    /** Restores a slot that holds a bucket. Slots are restored in order, and those that are left out are free. */
    void restore(int slot, long bucket) {
        while (count < slot) free.add(count++);
        count = slot + 1;
        put(slot, bucket);
    }

    /** Returns the slot of a bucket; empty if it has none. */
    OptionalInt of(long bucket) {
        Integer slot = slots.get(bucket);
        return slot == null ? OptionalInt.empty() : OptionalInt.of(slot);
    }

    /** Returns whether a slot holds a bucket. */
    boolean isTaken(int slot) {
        return buckets.containsKey(slot);
    }

    /** Returns the bucket of a slot that {@link #isTaken}. */
    long bucket(int slot) {
        return buckets.getOrDefault(slot, -1L);
    }

    /** Returns how many slots there are, those that are free included. */
    int count() {
        return count;
    }
}
