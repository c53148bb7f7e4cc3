package io.gapless.stream;

import io.gapless.stream.post.Snowflake;
import io.gapless.stream.spi.Pin;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Decides whether a post was received before. Remembers the ids of at least the last hour, if memory allows, so that a
 * post that X sends twice is handed over once. The ids lie in buckets of 2^14 ms (16 s), by the time of creation that
 * they contain. The buckets are small enough that those of live posts stay in the processor's cache. Ids are forgotten
 * bucket by bucket. Ids that contain no time, or a time more than an hour away from now, are strays. Strays lie in two
 * sets: one for the current hour, and one for the hour before. Owner: the handler's thread.
 *
 * <p>Ids of pinned spans are never forgotten, because posts of these spans are being recovered. When the memory is
 * full, the oldest bucket that is not pinned is forgotten, and the dedupe window is shorter than an hour. While the
 * memory is not full, an id is kept as long as a post that is as old, or older, waits for the handler, because another
 * copy of that post may have been handed over. These limits are checked once a minute.
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

    /**
     * Whether the ids of pinned spans leave room for further ids. Written by the owner, read by the stream's thread.
     */
    private volatile boolean room = true;

    /** The key ranges of the buckets that must not be forgotten. Written by the stream's thread, read by the owner. */
    private volatile List<Pinned> pinned = List.of();

    /** Ids that wait to be remembered. Any thread adds them, and the owner takes them. */
    private final ConcurrentLinkedQueue<NewIds> told = new ConcurrentLinkedQueue<>();

    private record NewIds(long[] ids, Runnable whenTaken) {}

    private record Pinned(long firstKey, long lastKey) {
        boolean holds(long key) {
            return key >= firstKey && key <= lastKey;
        }
    }

    /** The key of the bucket to which the last id belongs. The next id usually belongs to the same bucket. */
    private long lastKey = Long.MIN_VALUE;

    private @Nullable IdSet lastBucket;

    /**
     * Creates an empty memory.
     *
     * @param maxBytes the most bytes that the remembered ids may take
     * @param oldestWaitingMillis returns when the oldest post that is not handed over yet was created, in epoch
     *     milliseconds; called once a minute
     */
    SeenPosts(long maxBytes, LongSupplier oldestWaitingMillis) {
        this.maxBytes = maxBytes;
        this.oldestWaitingMillis = oldestWaitingMillis;
    }

    /** Remembers an id; returns false if it was remembered before. */
    boolean firstTime(long id, long nowMillis) {
        hear(nowMillis);
        return remember(id, nowMillis);
    }

    private boolean remember(long id, long nowMillis) {
        return isNear(id, nowMillis) || isPinned(id >> BUCKET_SHIFT) ? firstTimeInBucket(id) : firstTimeAsStray(id);
    }

    private static boolean isNear(long id, long nowMillis) {
        return Snowflake.carriesTime(id) && Math.abs(Snowflake.millis(id) - nowMillis) <= WINDOW_MILLIS;
    }

    /**
     * Queues ids of another thread. The owner remembers them with the next post at the latest, and then runs {@code
     * whenTaken}. May be called from any thread.
     */
    void remember(long[] ids, Runnable whenTaken) {
        told.add(new NewIds(ids, whenTaken));
    }

    /** Returns whether ids that other threads have queued wait to be remembered. */
    boolean hasToHear() {
        return !told.isEmpty();
    }

    /** Remembers the ids that other threads have queued. A process that stands by hears ids for days, and sees no post. */
    void hear(long nowMillis) {
        // Compared as an absolute value, because the clock may have been set back since the last sweep.
        if (Math.abs(nowMillis - sweptAtMillis) >= WINDOW_MILLIS / 60) sweep(nowMillis);
        for (NewIds some = told.poll(); some != null; some = told.poll()) {
            for (long id : some.ids()) remember(id, nowMillis);
            room = pinnedLeavesRoom();
            some.whenTaken().run();
        }
    }

    /** Replaces the pinned spans. */
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
        // The id may already be among the strays: it entered them while this machine's clock was wrong, or before the
        // span of its creation time was pinned.
        return first && !strays.contains(id) && !olderStrays.contains(id);
    }

    private boolean firstTimeAsStray(long id) {
        // An id of more than an hour ago may still be in the bucket that it entered when it was newer.
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
        // An id entered its bucket when it was at most an hour old, and stays there for an hour after that.
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

    /** Adds a stray id to its bucket, if the span of its creation time has been pinned since the id became a stray. */
    private void keepPinned(long id) {
        if (Snowflake.carriesTime(id) && isPinned(id >> BUCKET_SHIFT))
            bucket(id >> BUCKET_SHIFT).add(id);
    }

    /** Returns whether the ids of pinned spans leave room for further ids. May be called from any thread. */
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
