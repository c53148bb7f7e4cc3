package io.gapless.crash;

import io.gapless.emulator.AccessLevel;
import io.gapless.emulator.Fault;
import io.gapless.emulator.Misbehaviour;
import io.gapless.emulator.PostShape;
import io.gapless.emulator.SeenConnection;
import io.gapless.emulator.XEmulator;
import io.gapless.proof.kit.Proof;
import io.gapless.proof.kit.Sample;
import io.gapless.receiver.Report;
import io.gapless.receiver.Scratch;
import io.gapless.recovery.Access;
import io.gapless.recovery.GaplessStream;
import io.gapless.recovery.ledger.Gap;
import io.gapless.stream.post.Post;
import io.gapless.stream.post.Snowflake;
import java.net.http.HttpClient;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * Proves that two connections carry a stream over drops of either: one of the two is reset every 10 s, and nobody
 * notices. A drop waits until both are open, since the connect budget spaces the reconnects.
 */
public final class DroppedOfTwo implements Proof {
    private static final int RATE = 100;
    private static final Duration EVERY = Duration.ofSeconds(10);
    private static final Duration WARM_UP = Duration.ofSeconds(5);
    private static final Duration PATIENCE = Duration.ofMinutes(1);
    private static final long LATENCY_MAX_MILLIS = 1_000;

    private final Duration length;
    private final Consumer<String> account;
    private final Random random;

    // Owner: the handler's thread.
    private final Set<Long> handled = new HashSet<>();
    private final Sample latencies = new Sample();
    private long twice;
    private volatile long latenciesFromNanos = Long.MAX_VALUE;

    /**
     * Configures the proof.
     *
     * @param length how long to drop connections
     * @param seed decides which connection is dropped
     * @param account receives a line for each drop
     */
    public DroppedOfTwo(Duration length, long seed, Consumer<String> account) {
        this.length = length;
        this.random = new Random(seed);
        this.account = account;
    }

    @Override
    public Report run() throws Exception {
        try (Scratch scratch = Scratch.make();
                XEmulator x = XEmulator.builder()
                        .access(AccessLevel.ENTERPRISE)
                        .connectionLimit(2)
                        .shapes(PostShape.PLAIN)
                        .topics("cat")
                        .rule("cats", "cat")
                        .rate(RATE)
                        .start();
                GaplessStream stream = GaplessStream.builder()
                        .baseUrl(x.baseUri())
                        .bearerToken(x.bearerToken())
                        .access(Access.ENTERPRISE)
                        .connections(2)
                        .proxy(HttpClient.Builder.NO_PROXY)
                        .stateDirectory(scratch.path().resolve("state"))
                        .handler(this::onPost)
                        .build()) {
            stream.start();
            awaitBoth(x);
            TimeUnit.MILLISECONDS.sleep(WARM_UP.toMillis());
            Instant from = x.now();
            int connects = connects(x);
            int requests = x.requests().size();
            latenciesFromNanos = System.nanoTime();
            int drops = drop(x);
            Instant until = x.now();
            TimeUnit.MILLISECONDS.sleep(WARM_UP.toMillis());
            long gaps = stream.ledger(Instant.EPOCH).stream()
                    .filter(gap -> gap.span().until().isAfter(from) && gap.verdict() != Gap.Verdict.COVERED)
                    .count();
            long spent = x.requests().stream()
                    .skip(requests)
                    .filter(request -> request.query().containsKey("backfill_minutes")
                            || request.query().containsKey("start_time"))
                    .count();
            stream.close(PATIENCE);
            long missing = x.shouldHaveDelivered(from, until).stream()
                    .filter(post -> !handled.contains(post.id()))
                    .count();
            return judged(drops, connects(x) - connects, gaps, spent, missing);
        }
    }

    private Report judged(int drops, int connects, long gaps, long spent, long missing) {
        return new Report(
                        "one of two connections is dropped every 10 s",
                        "the emulator over loopback, " + RATE + " posts/s, for " + length.toSeconds()
                                + " s; a drop waits until both connections are open",
                        "lost = 0, twice = 0, no gap, no backfill, job or search, no post later than 1 s")
                .say("drops", drops)
                .say("connects", connects)
                .say("posts", handled.size())
                .say("lost", missing)
                .say("twice", twice)
                .say("gaps", gaps)
                .say("backfills, jobs and searches", spent)
                .say("latency p99 ms", latencies.quantileMillis(0.99))
                .say("latency max ms", latencies.maxMillis())
                .must(drops > 0, "no connection was dropped")
                .must(missing == 0, "posts are lost")
                .must(twice == 0, "posts came twice")
                .must(gaps == 0, "a gap was opened")
                .must(spent == 0, "something was spent on recovery")
                .must(latencies.maxMillis() <= LATENCY_MAX_MILLIS, "a post was later than a second");
    }

    private int drop(XEmulator x) throws InterruptedException {
        int drops = 0;
        long endNanos = System.nanoTime() + length.toNanos();
        while (System.nanoTime() - endNanos < 0) {
            TimeUnit.MILLISECONDS.sleep(EVERY.toMillis());
            List<SeenConnection> open = open(x);
            if (open.size() < 2) continue;
            SeenConnection dropped = open.get(random.nextInt(2));
            x.inject(Fault.of(Misbehaviour.RESET), dropped.id());
            account.accept("drop " + ++drops + ": connection " + dropped.id());
        }
        return drops;
    }

    private static void awaitBoth(XEmulator x) throws InterruptedException {
        if (!x.awaitConnectionsOpen(2, PATIENCE)) throw new IllegalStateException("no two connections were opened");
    }

    private static List<SeenConnection> open(XEmulator x) {
        return x.connections().stream().filter(one -> one.open() && !one.job()).toList();
    }

    private static int connects(XEmulator x) {
        return (int) x.connections().stream().filter(one -> !one.job()).count();
    }

    private void onPost(Post post) {
        if (!handled.add(post.id())) twice++;
        if (System.nanoTime() - latenciesFromNanos < 0) return;
        latencies.add(Duration.between(Snowflake.time(post.id()), Instant.now()).toNanos());
    }
}
