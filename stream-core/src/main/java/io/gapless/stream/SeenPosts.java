package io.gapless.stream;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Seen before? Remembers the ids of at least the last hour, so that a post which X sends twice is handed over once. The
 * ids lie in buckets of 2^14 ms (16 s) by the time within them, small enough that live posts stay within the processor's
 * cache, and are forgotten bucket by bucket; ids that tell no time, or one far from now, lie in two sets of an hour each.
 * Owner: the handler's thread.
 *
 * <p>Pinned times are not forgotten: posts of then are being fetched again. Full means: the oldest that is not pinned
 * goes, and the window is shorter than an hour. This is looked at once a minute. While a post waits for the handler,
 * however long, its id is known if another copy was handed over.
 */
final class SeenPosts {
    private static final int BUCKET_SHIFT = 36;
    private static final long WINDOW_MILLIS = 3_600_000;

    private final long maxBytes;
    private final LongSupplier oldestWaitingMillis;
    private final TreeMap<Long, IdSet> buckets = new TreeMap<>();
    private IdSet strays = new IdSet();
    private IdSet olderStrays = new IdSet();
    private long straysSinceMillis;
    private long sweptAtMillis;

    /** Written by the owner, read by the stream's thread. */
    private volatile boolean room = true;

    /** Buckets that must not be forgotten; written by the stream's thread, read by the owner. */
    private volatile List<Pinned> pinned = List.of();

    /** Ids that others make known; added by any thread, taken by the owner. */
    private final ConcurrentLinkedQueue<Told> told = new ConcurrentLinkedQueue<>();

    private record Told(long[] ids, Runnable whenTaken) {}

    private record Pinned(long firstKey, long lastKey) {
        boolean holds(long key) {
            return key >= firstKey && key <= lastKey;
        }
    }

    /** The bucket of the last id; the next id is most often of the same. */
    private long lastKey = Long.MIN_VALUE;

    private @Nullable IdSet lastBucket;

    /**
     * Nothing seen yet.
     *
     * @param maxBytes what is remembered may take
     * @param oldestWaitingMillis when the oldest post was created that is not handed over yet; asked once a minute
     */
    SeenPosts(long maxBytes, LongSupplier oldestWaitingMillis) {
        this.maxBytes = maxBytes;
        this.oldestWaitingMillis = oldestWaitingMillis;
    }

    /** Remembers an id; false if it was known. */
    boolean firstTime(long id, long nowMillis) {
        // The clock may have been set back since.
        if (Math.abs(nowMillis - sweptAtMillis) >= WINDOW_MILLIS / 60) sweep(nowMillis);
        hear(nowMillis);
        return remember(id, nowMillis);
    }

    private boolean remember(long id, long nowMillis) {
        return isNear(id, nowMillis) || isPinned(id >> BUCKET_SHIFT) ? firstTimeInBucket(id) : firstTimeAsStray(id);
    }

    private static boolean isNear(long id, long nowMillis) {
        return Snowflake.carriesTime(id) && Math.abs(Snowflake.millis(id) - nowMillis) <= WINDOW_MILLIS;
    }

    /** Makes ids known, with the next post at the latest; from any thread. */
    void remember(long[] ids, Runnable whenTaken) {
        told.add(new Told(ids, whenTaken));
    }

    /** Whether others have made something known. */
    boolean hasToHear() {
        return !told.isEmpty();
    }

    /** Takes what others make known. */
    void hear(long nowMillis) {
        for (Told some = told.poll(); some != null; some = told.poll()) {
            for (long id : some.ids()) remember(id, nowMillis);
            room = pinnedLeavesRoom();
            some.whenTaken().run();
        }
    }

    /** Replaces what is pinned. */
    void pin(List<Pin> spans) {
        pinned = spans.stream()
                .map(span -> new Pinned(key(span.from()), key(span.until())))
                .toList();
    }

    private boolean isPinned(long key) {
        for (Pinned span : pinned) {
            if (span.holds(key)) return true;
        }
        return false;
    }

    private static long key(Instant time) {
        return Snowflake.firstId(time) >> BUCKET_SHIFT;
    }

    private boolean firstTimeInBucket(long id) {
        boolean first = bucket(id >> BUCKET_SHIFT).add(id);
        // It may have been far when our clock was wrong, or before its time was pinned.
        return first && !strays.contains(id) && !olderStrays.contains(id);
    }

    private boolean firstTimeAsStray(long id) {
        // An id of an hour ago may still be in its bucket, from when it was near.
        if (Snowflake.carriesTime(id)) {
            IdSet bucket = buckets.get(id >> BUCKET_SHIFT);
            if (bucket != null && bucket.contains(id)) return false;
        }
        return !olderStrays.contains(id) && strays.add(id);
    }

    private IdSet bucket(long key) {
        IdSet last = lastBucket;
        if (last != null && key == lastKey) return last;
        IdSet bucket = buckets.computeIfAbsent(key, k -> new IdSet());
        lastKey = key;
        lastBucket = bucket;
        return bucket;
    }

    private void sweep(long nowMillis) {
        sweptAtMillis = nowMillis;
        // What was near at its first sight, at most an hour old, is kept for an hour after it.
        long keepMillis = Math.min(nowMillis - 2 * WINDOW_MILLIS, oldestWaitingMillis.getAsLong());
        long keep = key(Instant.ofEpochMilli(keepMillis));
        buckets.headMap(keep).keySet().removeIf(key -> !isPinned(key));
        while (bytes() > maxBytes && forgetOldest()) {}
        lastBucket = null;
        if (Math.abs(nowMillis - straysSinceMillis) >= WINDOW_MILLIS || bytes() > maxBytes) {
            olderStrays.forEach(this::keepPinned);
            olderStrays = strays;
            strays = new IdSet();
            straysSinceMillis = nowMillis;
        }
        room = pinnedLeavesRoom();
    }

    /** A stray whose time has been pinned since. */
    private void keepPinned(long id) {
        if (Snowflake.carriesTime(id) && isPinned(id >> BUCKET_SHIFT))
            bucket(id >> BUCKET_SHIFT).add(id);
    }

    /** Whether what is pinned leaves room for more; from any thread. */
    boolean hasRoom() {
        return room;
    }

    private boolean pinnedLeavesRoom() {
        long bytes = 0;
        for (Map.Entry<Long, IdSet> bucket : buckets.entrySet()) {
            if (isPinned(bucket.getKey())) bytes += bucket.getValue().bytes();
        }
        return bytes <= maxBytes / 2;
    }

    private boolean forgetOldest() {
        for (Long key : buckets.keySet()) {
            if (isPinned(key)) continue;
            buckets.remove(key);
            return true;
        }
        return false;
    }

    long bytes() {
        long bytes = strays.bytes() + olderStrays.bytes();
        for (IdSet bucket : buckets.values()) bytes += bucket.bytes();
        return bytes;
    }
}
