package io.gapless.benchmarks;

import io.gapless.proof.kit.Piece;
import io.gapless.proof.kit.PostLines;
import io.gapless.proof.kit.Text;
import java.io.IOException;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Measures whether the cost of a post depends on the number of posts per second. */
final class Volume implements Study {
    private static final long USUAL = 1_000;
    private static final long MANY = 100_000;
    private static final long[] RATES = {100, USUAL, 10_000, MANY};
    private static final List<Contender> CONTENDERS =
            List.of(Contender.RAW_SOCKET, Contender.JDK_DISCARDING, Contender.GAPLESS);
    private static final long[] FEW_RATES = {USUAL, MANY};
    private static final int LINE_BYTES = 1_600;
    /**
     * The number of pieces, of 512 posts each, that are read at full speed before the measurement. So the code is
     * compiled even if the measured rate is low.
     */
    private static final long WARM_UP_PIECES = 2_000;

    private static final double SETTLING_SECONDS = 2;
    private static final double SECONDS = 6;

    @Override
    public Chapter run(Effort effort) throws IOException, InterruptedException {
        Table table = Table.begin("CPU against volume, 1.6 KB a line", "posts/s");
        Chart chart = Chart.begin("volume", "CPU per post against volume", "posts/s", "CPU-µs per post");
        Map<Contender, Map<Long, Double>> all = new EnumMap<>(Contender.class);
        for (Contender contender : CONTENDERS) {
            Map<Long, Double> byRate = new TreeMap<>();
            for (long rate : effort.isFull() ? RATES : FEW_RATES) byRate.put(rate, micros(rate, contender, effort));
            byRate.forEach((rate, cost) -> {
                String row = Text.of("%,d", rate);
                table.put(row, contender.title() + ", CPU-µs per post", Spread.of(cost));
                table.put(row, contender.title() + ", times that at 1,000", Spread.of(cost / of(byRate, USUAL)));
                chart.put(contender.title(), rate, cost);
            });
            all.put(contender, byRate);
        }
        Map<Long, Double> limit = all.getOrDefault(Contender.RAW_SOCKET, Map.of());
        Map<Long, Double> ours = all.getOrDefault(Contender.GAPLESS, Map.of());
        return new Chapter(
                "volume",
                "A study: what does a post cost at each rate?",
                "The server sends a million posts at full speed, so that each client has compiled its code, and then"
                        + " at a fixed rate, in pieces of a fifth of a millisecond. There the client is measured for six"
                        + " seconds, after two to settle. At low rates each post arrives alone, and its cost is that of waking"
                        + " threads: the JDK client's selector, the pump and the handler. At high rates many posts share a"
                        + " waking, so a post is cheaper. That is so for each client, even for one thread that blocks on a raw"
                        + " socket and only counts newlines: at a thousand posts a second it takes "
                        + Text.number(of(limit, USUAL)) + " µs a post, where the library at a hundred thousand takes "
                        + Text.number(of(ours, MANY)) + ". Posts could share a waking at low rates only if they waited"
                        + " for each other, at the price of latency. So there is no bound here.",
                List.of(table),
                List.of(chart),
                List.of());
    }

    private static double of(Map<Long, Double> byRate, long rate) {
        return byRate.getOrDefault(rate, Double.NaN);
    }

    private static double micros(long rate, Contender contender, Effort effort)
            throws IOException, InterruptedException {
        long burst = effort.of(WARM_UP_PIECES) * Piece.POSTS;
        long from = burst + effort.of(Math.round(rate * SETTLING_SECONDS));
        long until = from + effort.of(Math.round(rate * SECONDS));
        try (Server server = new Server(LINE_BYTES, rate, burst, false)) {
            return server.run(ClientRun.class, contender, from, until, PostLines.meanBytes(LINE_BYTES))
                    .getOrDefault(Meter.CPU, Double.NaN);
        }
    }
}
