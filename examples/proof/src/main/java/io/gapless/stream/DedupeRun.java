package io.gapless.stream;

import io.gapless.proof.kit.Numbers;
import io.gapless.stream.post.Snowflake;
import java.time.Instant;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;

/**
 * Measures, in a process of its own, how fast {@link SeenPosts} remembers and finds ids, and how much heap an id takes.
 */
public final class DedupeRun {
    public static final String BYTES = "bytes of heap per id";
    public static final String NEW_IN_ORDER = "M insertions/s, in time order, to fill it";
    public static final String KNOWN_IN_ORDER = "M checks/s, in time order";
    public static final String KNOWN_AT_RANDOM = "M checks/s, at random";
    public static final String NEW_AT_RANDOM = "M insertions/s, at random, beside them";
    public static final List<String> NUMBERS =
            List.of(BYTES, NEW_IN_ORDER, KNOWN_IN_ORDER, KNOWN_AT_RANDOM, NEW_AT_RANDOM);

    private static final long NOW_MILLIS = Instant.parse("2026-11-22T12:00:00Z").toEpochMilli();
    private static final long SPAN_MILLIS = 3_600_000;
    private static final long AMPLE_BYTES = 1L << 40;
    /** A low bit of an id. New ids have this bit; the ids that are remembered first do not have it. */
    private static final int NEW = 1 << 11;

    private DedupeRun() {}

    /**
     * Runs the measurement. The arguments are the number of ids, and the number of {@link SeenPosts} that each remember
     * these ids. With several of them, a small number of ids causes as many look-ups in total as a large one.
     */
    public static void main(String[] arguments) throws InterruptedException {
        int count = Integer.parseInt(arguments[0]);
        int times = Integer.parseInt(arguments[1]);
        long[] inOrder = ids(count, 0);
        long[] shuffled = shuffled(inOrder);
        long[] more = shuffled(ids(Math.max(1, count / 10), NEW));
        askEach(memories(times), inOrder);

        long before = Numbers.heldBytes();
        List<SeenPosts> memories = memories(times);
        Numbers.tell(NEW_IN_ORDER, askEach(memories, inOrder));
        Numbers.tell(BYTES, (double) (Numbers.heldBytes() - before) / count / times);
        Numbers.tell(KNOWN_IN_ORDER, askEach(memories, inOrder));
        Numbers.tell(KNOWN_AT_RANDOM, askEach(memories, shuffled));
        Numbers.tell(NEW_AT_RANDOM, askEach(memories, more));
    }

    private static List<SeenPosts> memories(int count) {
        return Stream.generate(() -> new SeenPosts(AMPLE_BYTES, () -> Long.MAX_VALUE))
                .limit(count)
                .toList();
    }

    /**
     * Looks all ids up in each {@link SeenPosts}, which also remembers those that are new to it. Returns the millions
     * of ids per second of CPU time.
     */
    private static double askEach(List<SeenPosts> memories, long... ids) {
        long fromNanos = Numbers.cpuNanos();
        for (SeenPosts seen : memories) ask(seen, ids);
        return (double) memories.size() * ids.length * 1e3 / Math.max(1, Numbers.cpuNanos() - fromNanos);
    }

    private static void ask(SeenPosts seen, long... ids) {
        int known = 0;
        for (long id : ids) {
            if (!seen.firstTime(id, NOW_MILLIS)) known++;
        }
        if (known != 0 && known != ids.length) throw new AssertionError("some ids are known, some are not");
    }

    /**
     * Returns ids of posts that were created evenly over the last hour, in the order of time. Each id contains the bits
     * of {@code lowest}.
     */
    private static long[] ids(int count, int lowest) {
        SplittableRandom machines = new SplittableRandom(1);
        long[] ids = new long[count];
        for (int i = 0; i < count; i++) {
            Instant time = Instant.ofEpochMilli(NOW_MILLIS - SPAN_MILLIS + i * SPAN_MILLIS / count);
            ids[i] = Snowflake.firstId(time) | machines.nextLong(1_024) << 12 | lowest | i & NEW - 1;
        }
        return ids;
    }

    private static long[] shuffled(long[] ids) {
        SplittableRandom chance = new SplittableRandom(2);
        long[] shuffled = ids.clone();
        for (int i = shuffled.length - 1; i > 0; i--) {
            int j = chance.nextInt(i + 1);
            long id = shuffled[i];
            shuffled[i] = shuffled[j];
            shuffled[j] = id;
        }
        return shuffled;
    }
}
