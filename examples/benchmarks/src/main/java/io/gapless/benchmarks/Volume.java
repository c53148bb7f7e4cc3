package io.gapless.benchmarks;

import java.io.IOException;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Whether a post costs the same at every rate. */
final class Volume implements Study {
    private static final long USUAL = 1_000;
    private static final long MANY = 100_000;
    private static final long[] RATES = {100, USUAL, 10_000, MANY};
    private static final List<Contender> CONTENDERS =
            List.of(Contender.RAW_SOCKET, Contender.JDK_DISCARDING, Contender.GAPLESS);
    private static final long[] FEW_RATES = {USUAL, MANY};
    private static final int LINE_BYTES = 1_600;
    /** Read at full speed before, so that the code is compiled at every rate. */
    private static final long WARM_UP_PIECES = 2_000;

    private static final double SETTLING_SECONDS = 2;
    private static final double SECONDS = 6;

    @Override
    public String name() {
        return "volume";
    }

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
                name(),
                "Does a post cost the same at every rate?",
                "The server sends a million posts at full speed, so that every client has compiled its code, and then at a"
                        + " fixed rate, in pieces of a fifth of a millisecond; there the client is measured over six seconds,"
                        + " after two to settle. At low rates each post comes alone, and what it costs is the"
                        + " waking of threads: of the JDK client's selector, of the pump and of the handler. At high rates many"
                        + " posts share a waking: a post gets cheaper, so its cost is not flat, and it is the low rates that"
                        + " are dear, where the machine has nothing else to do. Nor is a single thread flat that blocks on a"
                        + " raw socket and only counts newlines: a thousand posts a second cost it "
                        + Text.number(of(limit, USUAL)) + " µs each, where the library at a hundred thousand takes "
                        + Text.number(of(ours, MANY))
                        + " for all that it does. Only posts that wait for each other could"
                        + " share a waking there, and that would be paid for in latency.",
                List.of(table),
                List.of(chart),
                List.of(Bound.flat(
                        "times the CPU per post at 1,000 posts/s, at 100,000", of(ours, MANY) / of(ours, USUAL))));
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
