package io.gapless.connect;

import io.gapless.recovery.ledger.Span;
import io.gapless.stream.post.Snowflake;
import java.time.Instant;
import java.util.Arrays;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.LongConsumer;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/**
 * Holds the ids of the posts that Kafka has, in buckets of a second of creation time. One bucket is one offset, so a
 * transaction writes one or two of them. It writes them whole: the longer a bucket, the more each transaction repeats. Ids
 * that carry no time do not belong here. Owns the buckets. Not thread-safe.
 */
final class IdBuckets {
    /** A bucket holds the ids that differ only in these bits: 2^10 milliseconds. */
    private static final int BUCKET_BITS = 32;

    private final TreeMap<Long, String> texts = new TreeMap<>();
    private long chars;

    static long bucket(long id) {
        return id >> BUCKET_BITS;
    }

    private static long start(long bucket) {
        return bucket << BUCKET_BITS;
    }

    /** Returns the time in which the posts of a bucket were created. */
    static Span span(long bucket) {
        return new Span(time(start(bucket)), time(start(bucket + 1)));
    }

    private static Instant time(long id) {
        return Instant.ofEpochMilli(Snowflake.millis(id));
    }

    /** Returns the text of a bucket; null if the bucket is empty. */
    @Nullable
    String text(long bucket) {
        return texts.get(bucket);
    }

    /** Restores a bucket. Throws {@link IllegalArgumentException} if the text cannot be read. */
    void restore(long bucket, String text) {
        IdText.read(start(bucket), text);
        put(bucket, text);
    }

    private void put(long bucket, String text) {
        remove(bucket);
        texts.put(bucket, text);
        chars += text.length();
    }

    private void remove(long bucket) {
        String before = texts.remove(bucket);
        if (before != null) chars -= before.length();
    }

    /** Adds ids. Returns the buckets that hold more ids than before. */
    Set<Long> add(long... ids) {
        long[] sorted = LongStream.of(ids).sorted().distinct().toArray();
        Set<Long> grown = new TreeSet<>();
        for (int from = 0, to; from < sorted.length; from = to) {
            long bucket = bucket(sorted[from]);
            for (to = from + 1; to < sorted.length && bucket(sorted[to]) == bucket; ) to++;
            if (add(bucket, Arrays.copyOfRange(sorted, from, to))) grown.add(bucket);
        }
        return grown;
    }

    private boolean add(long bucket, long... more) {
        long[] there = ids(bucket);
        long[] all = union(there, more);
        if (all.length == there.length) return false;
        put(bucket, IdText.write(start(bucket), all));
        return true;
    }

    private static long[] union(long[] some, long... more) {
        return LongStream.concat(LongStream.of(some), LongStream.of(more))
                .sorted()
                .distinct()
                .toArray();
    }

    /** Returns the text of a bucket that holds these ids. */
    static String text(long bucket, long[] some, long... more) {
        return IdText.write(start(bucket), union(some, more));
    }

    /** Returns the ids in a bucket, smallest first. */
    long[] ids(long bucket) {
        String text = texts.get(bucket);
        return text == null ? new long[0] : IdText.read(start(bucket), text);
    }

    /** Returns whether all of these ids are here. */
    boolean holdAll(long... ids) {
        long known = Long.MIN_VALUE;
        long[] there = {};
        for (long id : ids) {
            if (bucket(id) != known) {
                known = bucket(id);
                there = ids(known);
            }
            if (Arrays.binarySearch(there, id) < 0) return false;
        }
        return true;
    }

    /** Passes the ids of a range on, smallest first. */
    void forEach(long first, long last, LongConsumer each) {
        for (long bucket : texts.subMap(bucket(first), true, bucket(last), true).keySet())
            for (long id : ids(bucket)) if (id >= first && id <= last) each.accept(id);
    }

    /** Removes the ids below this one. Returns the buckets that hold fewer ids than before. */
    Set<Long> forgetBelow(long firstKept) {
        long bucket = bucket(firstKept);
        Set<Long> shrunk = new TreeSet<>(texts.headMap(bucket).keySet());
        shrunk.forEach(this::remove);
        long[] there = ids(bucket);
        long[] kept = LongStream.of(there).filter(id -> id >= firstKept).toArray();
        if (kept.length == there.length) return shrunk;
        shrunk.add(bucket);
        if (kept.length == 0) remove(bucket);
        else put(bucket, IdText.write(start(bucket), kept));
        return shrunk;
    }

    /** Removes the buckets whose time is not needed any more, and returns them. */
    Set<Long> keepOnly(Predicate<Span> needed) {
        Set<Long> gone = texts.keySet().stream()
                .filter(bucket -> !needed.test(span(bucket)))
                .collect(Collectors.toSet());
        gone.forEach(this::remove);
        return gone;
    }

    /** Removes the oldest buckets until the rest is small enough, and returns the removed ones. */
    Set<Long> keepNewest(long charsMax) {
        Set<Long> gone = new TreeSet<>();
        while (chars > charsMax && texts.size() > 1) {
            gone.add(texts.firstKey());
            remove(texts.firstKey());
        }
        return gone;
    }

    /** Returns how long the texts are in all. */
    long chars() {
        return chars;
    }
}
