package io.gapless.crash;

import io.gapless.emulator.SeenConnection;
import io.gapless.proof.kit.Proof;
import io.gapless.proof.kit.Sample;
import io.gapless.receiver.Report;
import io.gapless.stream.post.Origin;
import io.gapless.stream.post.Post;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * Measures how long a live post takes from the emulator to the handler, first without recovery jobs and then while two
 * recovery jobs run.
 */
final class RecoveryLatency implements Proof {
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

    private final Map<Long, Long> handedNanos = new ConcurrentHashMap<>();

    private record Sent(long id, long atNanos) {}

    @Override
    public Report run() throws Exception {
        List<Sent> alone;
        List<Sent> beside;
        try (RecoveryLab lab = RecoveryLab.enterprise(PAST_RATE, 1)) {
            lab.start(this::note);
            lab.awaitLive();
            publish(lab, WARM_UP, false);
            alone = publish(lab, POSTS, false);
            lab.outage(OUTAGE);
            lab.start(this::note);
            lab.x().awaitConnections(RecoveryLatency::twoJobs, PATIENCE);
            publish(lab, WARM_UP, true);
            beside = publish(lab, POSTS, true);
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
    private static List<Sent> publish(RecoveryLab lab, int count, boolean besideJobs) {
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

    private Report proven(List<Sent> aloneSent, List<Sent> besideSent) {
        Report report = new Report(
                "live is not delayed by recovery",
                "1,000 posts/s are published one by one among 300 posts/s, first alone, then while two jobs bring 4 h of"
                        + " them, each after 5 s of the same; from the call of the emulator to the handler, all in one process, with a"
                        + " state directory",
                "p99 beside two jobs ≤ 2 × p99 alone");
        Sample alone = took(aloneSent);
        Sample beside = took(besideSent);
        add(report, "alone", alone, aloneSent.size());
        add(report, "beside two jobs", beside, besideSent.size());
        double times = beside.quantileMillis(0.99) / alone.quantileMillis(0.99);
        return report.say("times the p99 alone", times)
                .must(times <= BOUND, "live is delayed")
                .must(besideSent.size() >= POSTS, "the jobs ended before the measure did");
    }

    private static void add(Report report, String when, Sample took, int sent) {
        report.say("ms p50 " + when, took.quantileMillis(0.5))
                .say("ms p99 " + when, took.quantileMillis(0.99))
                .say("ms p99.9 " + when, took.quantileMillis(0.999))
                .say("ms max " + when, took.maxMillis())
                .say("posts " + when, sent)
                .say("posts not handed over live " + when, sent - took.size());
    }

    private Sample took(List<Sent> sent) {
        Sample took = new Sample();
        for (Sent one : sent) {
            Long handed = handedNanos.get(one.id());
            if (handed != null) took.add(handed - one.atNanos());
        }
        return took;
    }
}
