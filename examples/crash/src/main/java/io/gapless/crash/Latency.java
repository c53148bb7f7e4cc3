package io.gapless.crash;

import io.gapless.emulator.PostShape;
import io.gapless.emulator.SeenConnection;
import io.gapless.emulator.XEmulator;
import io.gapless.recovery.Access;
import io.gapless.stream.Origin;
import io.gapless.stream.Post;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;

/** How long live posts take from the emulator's hand to the handler, with and without two jobs beside them. */
final class Latency implements Proof {
    private static final Duration OUTAGE = Duration.ofHours(4);
    private static final int PAST_RATE = 300;
    private static final int POSTS = 3_000;
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

    private record Sent(long id, long atNanos, boolean besideJobs) {}

    @Override
    public Proven run() throws Exception {
        List<Sent> sent = new ArrayList<>();
        try (Lab lab = new Lab(
                XEmulator.builder().shapes(PostShape.PLAIN).rule("cats", "cat").rate(PAST_RATE),
                1,
                Access.ENTERPRISE)) {
            lab.start(this::note);
            lab.awaitLive();
            publish(lab, sent, false);
            lab.outage(OUTAGE);
            lab.start(this::note);
            lab.x().awaitConnections(Latency::twoJobs, PATIENCE);
            publish(lab, sent, true);
            TimeUnit.SECONDS.sleep(1);
        }
        return proven(sent);
    }

    private void note(Post post) {
        if (post.origin() == Origin.LIVE) handedNanos.put(post.id(), System.nanoTime());
    }

    private static boolean twoJobs(List<SeenConnection> seen) {
        return seen.stream().filter(one -> one.job() && one.open()).count() == 2;
    }

    /** Publishes one by one; beside jobs only as long as there are two. */
    private void publish(Lab lab, List<Sent> sent, boolean besideJobs) throws InterruptedException {
        for (int i = 0; i < posts && (!besideJobs || twoJobs(lab.x().connections())); i++) {
            long nanos = System.nanoTime();
            sent.add(new Sent(lab.x().publish("cat " + i), nanos, besideJobs));
            TimeUnit.MILLISECONDS.sleep(2);
        }
    }

    private Proven proven(List<Sent> sent) {
        double alone = p99Millis(sent, false);
        double beside = p99Millis(sent, true);
        Map<String, Double> numbers = new TreeMap<>();
        numbers.put("ms p99 alone", alone);
        numbers.put("ms p99 beside two jobs", beside);
        numbers.put("times the p99 alone", beside / alone);
        numbers.put("posts beside two jobs", (double)
                sent.stream().filter(Sent::besideJobs).count());
        return new Proven(
                "live is not delayed by recovery",
                "posts are published one by one among 300 posts/s, first alone, then while two jobs bring 4 h of them; from"
                        + " the call of the emulator to the handler, all in one process",
                "p99 beside two jobs ≤ 2 × p99 alone",
                numbers,
                beside <= BOUND * alone ? List.of() : List.of("live is delayed"));
    }

    private double p99Millis(List<Sent> sent, boolean besideJobs) {
        long[] nanos = sent.stream()
                .filter(one -> one.besideJobs() == besideJobs)
                .flatMapToLong(one -> handedNanos.containsKey(one.id())
                        ? LongStream.of(handedNanos.get(one.id()) - one.atNanos())
                        : LongStream.empty())
                .toArray();
        Arrays.sort(nanos);
        return nanos.length == 0 ? 0 : nanos[(int) (nanos.length * 0.99)] / 1e6;
    }
}
