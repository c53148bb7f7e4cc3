package io.gapless.benchmarks;

import java.io.IOException;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** Whether a post costs the same at every rate. */
final class Volume implements Study {
    private static final long[] RATES = {100, 1_000, 10_000, 100_000};
    private static final long[] FEW_RATES = {1_000, 100_000};
    private static final long USUAL_RATE = 1_000;
    private static final int LINE_BYTES = 1_600;
    private static final double WARM_UP_SECONDS = 4;
    private static final double SECONDS = 6;

    @Override
    public String name() {
        return "volume";
    }

    @Override
    public Chapter run(Effort effort) throws IOException, InterruptedException {
        Table table = Table.begin("CPU against volume, 1.6 KB a line", "posts/s");
        Chart chart = Chart.begin("volume", "CPU per post against volume", "posts/s", "CPU-µs per post");
        Map<Contender, Double> usual = new EnumMap<>(Contender.class);
        double ratio = Double.NaN;
        for (long rate : effort.isFull() ? RATES : FEW_RATES) {
            for (Contender contender : List.of(Contender.JDK_DISCARDING, Contender.GAPLESS)) {
                Rounds run = new Rounds();
                run.add(run(rate, contender, effort));
                double micros = run.median(Meter.CPU);
                if (rate == USUAL_RATE) usual.put(contender, micros);
                ratio = micros / usual.getOrDefault(contender, Double.NaN);
                String row = Text.of("%,d", rate);
                table.put(row, contender.title() + ", CPU-µs per post", Spread.of(micros));
                table.put(row, "times that at 1,000", Spread.of(ratio));
                chart.put(contender.title(), rate, micros);
            }
        }
        return new Chapter(
                name(),
                "Does a post cost the same at every rate?",
                "The server sends at a fixed rate, in pieces of a fifth of a millisecond; the client is measured over"
                        + " six seconds after a warm-up of four. At low rates each post comes alone, and what it costs is the"
                        + " waking of threads: of the JDK client's two, of the pump and of the handler. At high rates many"
                        + " posts share a waking, in any client: a post gets cheaper, so its cost is not flat, and it is the"
                        + " low rates that are dear, where the machine has nothing else to do.",
                List.of(table),
                List.of(chart),
                List.of(Bound.flat("times the CPU per post of 1,000 posts/s at 100,000", ratio)));
    }

    private static Map<String, Double> run(long rate, Contender contender, Effort effort)
            throws IOException, InterruptedException {
        long from = effort.of(Math.round(rate * WARM_UP_SECONDS));
        long until = from + effort.of(Math.round(rate * SECONDS));
        try (Server server = new Server(LINE_BYTES, rate, false)) {
            return server.run(ClientRun.class, contender, from, until, PostLines.meanBytes(LINE_BYTES));
        }
    }
}
