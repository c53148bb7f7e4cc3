package io.gapless.crash;

import io.gapless.hosts.HostOptions;
import io.gapless.hosts.Strike;
import io.gapless.hosts.Struck;
import io.gapless.hosts.TwoHosts;
import io.gapless.hosts.Verdict;
import io.gapless.proof.kit.Proof;
import io.gapless.proof.kit.Sample;
import io.gapless.receiver.Report;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * Strikes the one of two hosts that holds a shared stream, again and again, in random ways and at random times. The seed
 * determines the strikes, but not the timing of the machine.
 */
public final class Takeovers implements Proof {
    private static final double RATE = 500;
    private static final double SHORTEST_PAUSE = 0.5;
    private static final double LONGEST_PAUSE = 3;
    private static final Duration LONGEST_CALM = Duration.ofSeconds(2);
    private static final Duration USUAL_LATENESS = Duration.ofSeconds(1);
    private static final Duration MOST_LATENESS = Duration.ofSeconds(2);
    private static final Duration PLANNED = Duration.ofSeconds(1);

    private final int strikes;
    private final HostOptions options;
    private final List<Strike> kinds;
    private final Optional<Duration> length;
    private final long seed;
    private final Consumer<String> account;

    /**
     * Configures the proof.
     *
     * @param strikes the number of strikes
     * @param options how both hosts run
     * @param kinds the strikes to choose from; empty for all
     * @param length how long a pause or a cut lasts; empty for a random length of half a lease to three leases
     * @param seed the seed of all random choices
     * @param account receives a line for each step
     */
    public Takeovers(
            int strikes,
            HostOptions options,
            List<Strike> kinds,
            Optional<Duration> length,
            long seed,
            Consumer<String> account) {
        this.strikes = strikes;
        this.options = options;
        this.kinds = kinds.isEmpty() ? Arrays.asList(Strike.values()) : kinds;
        this.length = length;
        this.seed = seed;
        this.account = account;
    }

    @Override
    public Report run() throws Exception {
        Random random = new Random(seed);
        try (TwoHosts hosts = new TwoHosts(HostChild.class, options, RATE, account)) {
            hosts.start();
            List<Struck> struck = new ArrayList<>();
            for (int i = 0; i < strikes; i++) {
                TimeUnit.MILLISECONDS.sleep(random.nextLong(LONGEST_CALM.toMillis()));
                Strike strike = kinds.get(random.nextInt(kinds.size()));
                double leases = SHORTEST_PAUSE + random.nextDouble() * (LONGEST_PAUSE - SHORTEST_PAUSE);
                Duration randomLength =
                        Duration.ofMillis((long) (options.lease().toMillis() * leases));
                struck.add(hosts.strike(strike, length.orElse(randomLength)));
            }
            Report report = judged(struck, hosts.judge());
            if (!report.holds()) hosts.keepLogs();
            return report;
        }
    }

    private Report judged(List<Struck> struck, Verdict verdict) {
        Report report = verdict.report(
                "two hosts, one of which holds the stream",
                "two processes, " + (options.warm() ? "a standby with a connection, " : "")
                        + "PostgreSQL with fsync, " + (int) RATE + " posts/s, a lease of "
                        + options.lease().toMillis() + " ms, " + options.connectBudget()
                        + " connects in 15 min; a takeover ends with the first post in the new term; seed " + seed,
                "lost = 0; nothing twice that was committed; takeover p95 <= lease + 1 s, none > lease + 2 s;"
                        + " planned <= 1 s and nothing twice");
        Map<Strike, Integer> counts = new EnumMap<>(Strike.class);
        Sample taken = new Sample();
        Sample takeovers = new Sample();
        Sample planned = new Sample();
        List<Long> again = new ArrayList<>();
        long againPlanned = 0;
        for (Struck one : struck) {
            counts.merge(one.strike(), 1, Integer::sum);
            if (one.takeover().isEmpty()) continue;
            long nanos = one.takeover().get().toNanos();
            long posts = verdict.again().getOrDefault(one.struckTerm(), 0L);
            if (one.strike() == Strike.CLOSE) {
                planned.add(nanos);
                againPlanned += posts;
            } else {
                taken.add(one.taken().orElseThrow().toNanos());
                takeovers.add(nanos);
                again.add(posts);
            }
        }
        counts.forEach((strike, count) -> report.say("strikes: " + strike.words(), count));
        again.sort(null);
        if (!again.isEmpty())
            report.say("twice per takeover, median", again.get(again.size() / 2))
                    .say("twice per takeover, max", again.get(again.size() - 1));
        if (takeovers.size() > 0)
            report.say("takeovers", takeovers.size())
                    .say("lease taken p50 ms", taken.quantileMillis(0.5))
                    .say("lease taken max ms", taken.maxMillis())
                    .say("takeover p50 ms", takeovers.quantileMillis(0.5))
                    .say("takeover p95 ms", takeovers.quantileMillis(0.95))
                    .say("takeover max ms", takeovers.maxMillis())
                    .must(
                            takeovers.quantileMillis(0.95)
                                    <= options.lease().plus(USUAL_LATENESS).toMillis(),
                            "takeover p95 is later than the lease and a second")
                    .must(
                            takeovers.maxMillis()
                                    <= options.lease().plus(MOST_LATENESS).toMillis(),
                            "a takeover is later than the lease and two seconds");
        if (planned.size() > 0)
            report.say("planned takeovers", planned.size())
                    .say("planned takeover p50 ms", planned.quantileMillis(0.5))
                    .say("planned takeover max ms", planned.maxMillis())
                    .say("twice after planned takeovers", againPlanned)
                    .must(planned.maxMillis() <= PLANNED.toMillis(), "a planned takeover takes more than a second")
                    .must(againPlanned == 0, "posts came twice after a planned takeover");
        return report;
    }
}
