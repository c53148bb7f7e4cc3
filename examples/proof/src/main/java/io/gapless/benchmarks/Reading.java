package io.gapless.benchmarks;

import io.gapless.proof.kit.PostLines;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Measures, for each garbage collector, what it costs to read posts that have waited in a full inbox, compared with
 * posts that have not waited.
 */
final class Reading implements Study {
    /**
     * The number of posts that the handler reads per second. The network can deliver more, so the inbox stays full. What
     * a post costs the collector depends on how many posts wait, and not on how long they do, so a high rate keeps the
     * study short. At a low rate, an empty inbox costs more than a full one, because threads wake up for a few posts at
     * a time; that hides what waiting costs.
     */
    private static final long PER_SECOND = 60_000;
    /** The number of posts that are read as fast as they arrive, so that most of the code is compiled soon. */
    private static final long WARM_UP = 300_000;
    /** The number of posts during which the inbox reaches its state, and the compiler ends its work. */
    private static final long SETTLING = 2 * PER_SECOND;

    private static final long MEASURED = 9 * PER_SECOND;
    private static final int ROUNDS_MAX = 2;
    private static final int LINE_BYTES = 1_600;
    private static final double FULL_MAX = 1.3;
    private static final double PAUSES_MAX = 0.5;

    private static final List<Contender> READERS =
            List.of(Contender.GAPLESS, Contender.GAPLESS_TEXT, Contender.GAPLESS_JSON);
    private static final Map<String, String> COLLECTORS = new LinkedHashMap<>();

    static {
        COLLECTORS.put("G1", "-XX:+UseG1GC");
        COLLECTORS.put("Parallel", "-XX:+UseParallelGC");
        COLLECTORS.put("ZGC", "-XX:+UseZGC");
    }

    @Override
    public Chapter run(Effort effort) throws IOException, InterruptedException {
        Table table = Table.begin(PER_SECOND + " posts/s of 1.6 KB", "what is read");
        double pauses = 0;
        double worst = 0;
        try (Server paced = new Server(LINE_BYTES, PER_SECOND, effort.of(WARM_UP), false);
                Server fast = Server.atFullSpeed(LINE_BYTES, false)) {
            for (Map.Entry<String, String> collector : COLLECTORS.entrySet()) {
                for (Contender reader : READERS) {
                    Rounds empty = new Rounds();
                    Rounds full = new Rounds();
                    for (int round = 0; round < effort.rounds(ROUNDS_MAX).rounds(); round++) {
                        empty.add(read(paced, reader, collector.getValue(), Meter.UNPACED, effort));
                        full.add(read(fast, reader, collector.getValue(), PER_SECOND, effort));
                    }
                    String row = collector.getKey() + ", " + reader.title();
                    table.put(row, "CPU-µs, inbox empty", empty.of(Meter.CPU));
                    table.put(row, "CPU-µs, inbox full", full.of(Meter.CPU));
                    table.put(row, "full, times empty", full.ratio(Meter.CPU, empty));
                    table.put(row, "inbox full: " + Meter.COLLECTING, full.of(Meter.COLLECTING));
                    worst = Math.max(worst, full.ratio(Meter.CPU, empty).median());
                    pauses = Math.max(pauses, full.median(Meter.COLLECTING));
                }
            }
        }
        return new Chapter(
                "reading",
                "What does a post cost that had to wait?",
                "The handler reads a limited number of posts a second. With the inbox empty, X sends as many; with the"
                        + " inbox full, it sends as many as are read, so that some 9,000 posts wait all the time, and each"
                        + " collection moves them. Empty and full take turns; ratios are taken within a round.",
                List.of(table),
                List.of(),
                List.of(
                        Bound.atMost("times the CPU of an empty inbox, with a full one, at worst", worst, FULL_MAX),
                        Bound.atMost(
                                "s of pauses per million posts, with a full inbox, at worst", pauses, PAUSES_MAX)));
    }

    private static Map<String, Double> read(
            Server server, Contender reader, String collector, long perSecond, Effort effort)
            throws IOException, InterruptedException {
        long warmUp = effort.of(WARM_UP);
        long from = warmUp + effort.of(SETTLING);
        long until = from + effort.of(MEASURED);
        double mean = PostLines.meanBytes(LINE_BYTES);
        return server.run(List.of(collector), ClientRun.class, reader, from, until, mean, warmUp, perSecond);
    }
}
