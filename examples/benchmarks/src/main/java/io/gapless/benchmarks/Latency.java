package io.gapless.benchmarks;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** How long a post is under way, alone and while jobs fetch what was missed. */
final class Latency implements Study {
    private static final int RATE = 1_000;
    private static final long POSTS = 8_000;
    /** Read at full speed before, so that it is not the compiler that is measured. */
    private static final long WARM_UP_PIECES = 400;

    private static final long SETTLING_POSTS = 3 * RATE;
    private static final String ALONE = "live alone";
    private static final String BESIDE_JOBS = "live beside recovery jobs";
    private static final double P99_MAX_MICROS = 1_000;

    @Override
    public String name() {
        return "latency";
    }

    @Override
    public Chapter run(Effort effort) throws IOException, InterruptedException {
        Map<String, Map<String, List<Double>>> all = new LinkedHashMap<>();
        long burst = effort.of(WARM_UP_PIECES) * Piece.POSTS;
        try (Server server = new Server(1_600, RATE, burst, false)) {
            for (int round = 0; round < Math.min(3, effort.rounds()); round++) {
                for (String with : List.of(ALONE, BESIDE_JOBS)) {
                    server.run(LatencyRun.class, burst + SETTLING_POSTS, effort.of(POSTS), with.equals(BESIDE_JOBS))
                            .forEach((name, value) -> all.computeIfAbsent(with, w -> new LinkedHashMap<>())
                                    .computeIfAbsent(name, n -> new ArrayList<>())
                                    .add(value));
                }
            }
        }
        Table table = Table.begin("1,000 posts/s of 1.6 KB, durable state on", "");
        all.forEach((with, numbers) -> numbers.forEach((name, values) -> table.put(with, name, Spread.of(values))));
        double alone = p99(all, ALONE);
        return new Chapter(
                name(),
                "How long is a post under way?",
                "From just before the server's write to the handler's entry, over loopback, on the machine's monotonic"
                        + " clock. The server sends two hundred thousand posts at full speed, so that the client has compiled"
                        + " its code, and then a thousand a second, of which the first three seconds are not counted. Beside"
                        + " jobs means that sixteen missed hours are fetched meanwhile by recovery jobs, two at a time, as"
                        + " fast as the handler takes them.",
                List.of(table),
                List.of(),
                List.of(
                        Bound.atMost("µs, p99 at 1,000 posts/s", alone, P99_MAX_MICROS),
                        Bound.atMost("times that p99 beside recovery jobs", p99(all, BESIDE_JOBS) / alone, 2)));
    }

    private static double p99(Map<String, Map<String, List<Double>>> all, String with) {
        return Spread.of(
                        all.getOrDefault(with, Map.of()).getOrDefault(LatencyRun.percentile(0.99), List.of(Double.NaN)))
                .median();
    }
}
