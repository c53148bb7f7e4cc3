package io.gapless.benchmarks;

import java.io.IOException;
import java.util.List;

/** Whether a post costs the same at every rate. */
final class Volume implements Study {
    private static final long[] RATES = {100, 1_000, 10_000, 100_000};
    private static final double WARM_UP_SECONDS = 4;
    private static final double SECONDS = 6;
    private static final double FLAT = 1.2;

    @Override
    public String name() {
        return "volume";
    }

    @Override
    public Chapter run(Effort effort) throws IOException, InterruptedException {
        Table table = Table.begin("CPU against volume, 1.6 KB a line", "posts/s");
        Chart chart = Chart.begin("volume", "CPU per post against volume", "posts/s", "CPU-µs per post");
        double[] cost = new double[RATES.length];
        for (int i = 0; i < RATES.length; i++) {
            for (Contender contender : List.of(Contender.JDK_DISCARDING, Contender.GAPLESS)) {
                double micros = cost(RATES[i], contender, effort);
                table.put(Text.of("%,d", RATES[i]), contender.title() + ", CPU-µs per post", Spread.of(micros));
                chart.put(contender.title(), RATES[i], micros);
                cost[i] = micros;
            }
        }
        return new Chapter(
                name(),
                "Does a post cost the same at every rate?",
                "The server sends at a fixed rate, in pieces of a fifth of a millisecond; the client is measured over"
                        + " six seconds after a warm-up of four. At low rates each post comes alone, and what it costs is the"
                        + " waking of threads: of the JDK client's two, of the pump and of the handler. A post alone is"
                        + " dearer than one of many, in any client; so the cost cannot be flat, but it must not rise with"
                        + " the rate.",
                List.of(table),
                List.of(chart),
                List.of(Bound.atMost(
                        "times as much CPU per post at 100,000 posts/s as at 1,000", cost[3] / cost[1], FLAT)));
    }

    private static double cost(long rate, Contender contender, Effort effort) throws IOException, InterruptedException {
        double mean = PostLines.of(1_600, Piece.POSTS).stream()
                .mapToInt(line -> line.length + "\r\n".length())
                .average()
                .orElseThrow();
        long from = effort.of(Math.round(rate * WARM_UP_SECONDS));
        long until = from + effort.of(Math.round(rate * SECONDS));
        try (Server server = new Server(1_600, rate, false)) {
            return server.run(ClientRun.class, contender, from, until, mean).getOrDefault(Meter.CPU, Double.NaN);
        }
    }
}
