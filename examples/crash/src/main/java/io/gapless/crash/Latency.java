package io.gapless.crash;

import io.gapless.emulator.PostShape;
import io.gapless.emulator.SeenConnection;
import io.gapless.emulator.XEmulator;
import io.gapless.recovery.Access;
import io.gapless.stream.Origin;
import io.gapless.stream.Post;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.LongStream;

/**
 * Measures how long a live post takes from the emulator to the handler, first without recovery jobs and then while two
 * recovery jobs run.
 */
final class Latency implements Proof {
    private static final Duration OUTAGE = Duration.ofHours(4);
    private static final int PAST_RATE = 300;
    private static final int POSTS = 10_000;
    /**
     * The number of posts that are published before the measurement. Meanwhile the JVM compiles the code that a live
     * post passes, and the posts that waited for the connect arrive.
     */
    private static final int WARM_UP = 5_000;

    private static final long EVERY_NANOS = TimeUnit.MICROSECONDS.toNanos(1_000);
    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final double BOUND = 2;

    private final int posts;
    private final Map<Long, Long> handedNanos = new ConcurrentHashMap<>();

    Latency(int posts) {
        this.posts = posts;
    }

    static Latency whole() {
        return new Latency(POSTS);
    }

    private record Sent(long id, long atNanos) {}

    @Override
    public ProofResult run() throws Exception {
        List<Sent> alone;
        List<Sent> beside;
        try (Lab lab = new Lab(
                XEmulator.builder().shapes(PostShape.PLAIN).rule("cats", "cat").rate(PAST_RATE),
                1,
                Access.ENTERPRISE)) {
            lab.start(this::note);
            lab.awaitLive();
            publish(lab, WARM_UP, false);
            alone = publish(lab, posts, false);
            lab.outage(OUTAGE);
            lab.start(this::note);
            lab.x().awaitConnections(Latency::twoJobs, PATIENCE);
            publish(lab, WARM_UP, true);
            beside = publish(lab, posts, true);
            TimeUnit.SECONDS.sleep(1);
        }
        return proven(alone, beside);
    }

    private void note(Post post) {
        if (post.origin() == Origin.LIVE) handedNanos.put(post.id(), System.nanoTime());
    }

    private static boolean twoJobs(List<SeenConnection> seen) {
        return seen.stream().filter(one -> one.job() && one.open()).count() == 2;
    }

    /** Publishes posts one by one. If {@code besideJobs} is set, stops when two recovery jobs are no longer running. */
    private static List<Sent> publish(Lab lab, int count, boolean besideJobs) {
        List<Sent> sent = new ArrayList<>(count);
        long dueNanos = System.nanoTime();
        for (int i = 0; i < count; i++) {
            if (besideJobs && i % 100 == 0 && !twoJobs(lab.x().connections())) break;
            dueNanos += EVERY_NANOS;
            LockSupport.parkNanos(dueNanos - System.nanoTime());
            long nanos = System.nanoTime();
            sent.add(new Sent(lab.x().publish("cat " + i), nanos));
        }
        return sent;
    }

    private ProofResult proven(List<Sent> aloneSent, List<Sent> besideSent) {
        long[] alone = tookNanos(aloneSent);
        long[] beside = tookNanos(besideSent);
        Map<String, Double> numbers = new LinkedHashMap<>();
        add(numbers, "alone", alone, aloneSent.size());
        add(numbers, "beside two jobs", beside, besideSent.size());
        double times = millis(beside, 0.99) / millis(alone, 0.99);
        numbers.put("times the p99 alone", times);
        List<String> misses = new ArrayList<>();
        if (!(times <= BOUND)) misses.add("live is delayed");
        if (besideSent.size() < posts) misses.add("the jobs ended before the measure did");
        return new ProofResult(
                "live is not delayed by recovery",
                "1,000 posts/s are published one by one among 300 posts/s, first alone, then while two jobs bring 4 h of"
                        + " them, each after 5 s of the same; from the call of the emulator to the handler, all in one process, with a"
                        + " state directory",
                "p99 beside two jobs ≤ 2 × p99 alone",
                numbers,
                misses);
    }

    private static void add(Map<String, Double> numbers, String when, long[] nanos, int sent) {
        numbers.put("ms p50 " + when, millis(nanos, 0.5));
        numbers.put("ms p99 " + when, millis(nanos, 0.99));
        numbers.put("ms p99.9 " + when, millis(nanos, 0.999));
        numbers.put("ms max " + when, millis(nanos, 1));
        numbers.put("posts " + when, (double) sent);
        numbers.put("posts not handed over live " + when, (double) (sent - nanos.length));
    }

    private long[] tookNanos(List<Sent> sent) {
        return sent.stream()
                .flatMapToLong(one -> handedNanos.containsKey(one.id())
                        ? LongStream.of(handedNanos.get(one.id()) - one.atNanos())
                        : LongStream.empty())
                .sorted()
                .toArray();
    }

    private static double millis(long[] sortedNanos, double quantile) {
        if (sortedNanos.length == 0) return Double.NaN;
        return sortedNanos[(int) Math.min(sortedNanos.length - 1, sortedNanos.length * quantile)] / 1e6;
    }
}
