package io.gapless.benchmarks;

import io.gapless.proof.kit.Piece;
import java.io.IOException;
import java.util.List;

/** Measures the delay of live posts, once without and once with recovery jobs that run meanwhile. */
final class Latency implements Study {
    private static final int RATE = 1_000;
    private static final long POSTS = 10_000;
    /**
     * The number of pieces, of 512 posts each, that are read at full speed before the measurement. By then the code is
     * compiled.
     */
    private static final long WARM_UP_PIECES = 400;
    /**
     * The number of posts that are sent at the measured rate before the measurement. By then the short jobs are
     * complete, and all code of a job is compiled.
     */
    private static final long SETTLING_POSTS = 28 * RATE;

    private static final String P99 = LatencyRun.percentile(0.99);
    static final String ALONE = "live alone";

    private static final String BESIDE_JOBS = "live beside recovery jobs";
    private static final double P99_MAX_MICROS = 1_000;

    @Override
    public Chapter run(Effort effort) throws IOException, InterruptedException {
        Rounds alone = new Rounds();
        Rounds besideJobs = new Rounds();
        long burst = effort.of(WARM_UP_PIECES) * Piece.POSTS;
        long warmUp = burst + effort.of(SETTLING_POSTS);
        try (Server server = new Server(1_600, RATE, burst, false)) {
            for (int round = 0; round < effort.rounds(); round++) {
                alone.add(server.run(LatencyRun.class, warmUp, effort.of(POSTS), false));
                besideJobs.add(server.run(LatencyRun.class, warmUp, effort.of(POSTS), true));
            }
        }
        Table table = Table.begin("1,000 posts/s of 1.6 KB, durable state on", "");
        alone.putInto(table, ALONE);
        besideJobs.putInto(table, BESIDE_JOBS);
        Spread times = besideJobs.ratio(P99, alone);
        table.put(BESIDE_JOBS, "times the p99 of live alone", times);
        return new Chapter(
                "latency",
                "How long does a post take?",
                "From just before the server's write to the entry of the handler, over loopback, on the monotonic"
                        + " clock of the machine. The server first sends two hundred thousand posts at full speed, then a"
                        + " thousand a second, of which the first twenty-eight seconds do not count. \"Beside recovery jobs\""
                        + " means that sixteen missed hours are fetched meanwhile by recovery jobs, two at a time, which the"
                        + " server sends as fast as they are read. The jobs of the first eight hours are short, so that the"
                        + " compilers of both processes have seen each phase of a job before the measurement. Runs alone and"
                        + " beside jobs take turns; ratios are taken within a round.",
                List.of(table),
                List.of(),
                List.of(
                        Bound.atMost("µs, p99 at 1,000 posts/s", alone.median(P99), P99_MAX_MICROS),
                        Bound.atMost("times that p99 beside recovery jobs", times.median(), 2)));
    }
}
