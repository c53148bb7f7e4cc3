package io.gapless.stream;

import io.gapless.benchmarks.Numbers;
import java.time.Instant;
import java.util.SplittableRandom;

/** A process that fills {@link SeenPosts} and asks it. */
public final class DedupeRun {
    public static final String BYTES = "bytes of heap per id";
    public static final String NEW_IN_ORDER = "M checks/s, new ids in time order";
    public static final String KNOWN_IN_ORDER = "M checks/s, known ids in time order";
    public static final String KNOWN_AT_RANDOM = "M checks/s, known ids at random";
    public static final String NEW_AT_RANDOM = "M checks/s, new ids at random";

    private static final long NOW_MILLIS = Instant.parse("2026-11-22T12:00:00Z").toEpochMilli();
    private static final long SPAN_MILLIS = 3_600_000;
    private static final long AMPLE_BYTES = 1L << 40;

    private DedupeRun() {}

    public static void main(String[] arguments) throws InterruptedException {
        int count = Integer.parseInt(arguments[0]);
        long[] inOrder = ids(count);
        long[] shuffled = shuffled(inOrder);
        ask(new SeenPosts(AMPLE_BYTES), inOrder);

        long before = Numbers.heldBytes();
        SeenPosts seen = new SeenPosts(AMPLE_BYTES);
        Numbers.tell(NEW_IN_ORDER, ask(seen, inOrder));
        Numbers.tell(BYTES, (double) (Numbers.heldBytes() - before) / count);
        Numbers.tell(KNOWN_IN_ORDER, ask(seen, inOrder));
        Numbers.tell(KNOWN_AT_RANDOM, ask(seen, shuffled));
        Numbers.tell(NEW_AT_RANDOM, ask(new SeenPosts(AMPLE_BYTES), shuffled));
    }

    /** Millions of checks per second of CPU time. */
    private static double ask(SeenPosts seen, long[] ids) {
        long fromNanos = Numbers.cpuNanos();
        int known = 0;
        for (long id : ids) {
            if (!seen.firstTime(id, NOW_MILLIS)) known++;
        }
        long tookNanos = Math.max(1, Numbers.cpuNanos() - fromNanos);
        if (known != 0 && known != ids.length) throw new AssertionError("some ids are known, some are not");
        return ids.length * 1e3 / tookNanos;
    }

    /** Ids of the last hour. */
    private static long[] ids(int count) {
        SplittableRandom machines = new SplittableRandom(1);
        long[] ids = new long[count];
        for (int i = 0; i < count; i++) {
            Instant time = Instant.ofEpochMilli(NOW_MILLIS - SPAN_MILLIS + i * SPAN_MILLIS / count);
            ids[i] = Snowflake.firstId(time) | machines.nextLong(1_024) << 12 | i & 0xFFF;
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
