package io.gapless.benchmarks;

import io.gapless.proof.kit.PostLines;
import java.io.IOException;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Measures what a post costs from the socket to the handler. Compares the cost with that of the least possible work (a
 * raw socket, a client that discards the body) and with that of other clients.
 */
final class Throughput implements Study {
    static final String RATIO = "CPU, times that of gapless";

    /**
     * The number of posts after which the measurement begins. By then the compiler is done. At half a million posts,
     * the compiler still took a third of the CPU.
     */
    private static final long FROM = 1_500_000;

    private static final long UNTIL = 2_200_000;
    private static final int USUAL_BYTES = 1_600;
    private static final List<Integer> OTHER_BYTES = List.of(500, 5_000);
    private static final List<Contender> MAIN = List.of(
            Contender.RAW_SOCKET, Contender.JDK_DISCARDING, Contender.GAPLESS, Contender.HBC, Contender.OF_LINES);
    private static final List<Contender> FEW = List.of(Contender.JDK_DISCARDING, Contender.GAPLESS);

    @Override
    public Chapter run(Effort effort) throws IOException, InterruptedException {
        List<Contender> some = effort.isFull() ? MAIN : FEW;
        Map<Integer, Map<Contender, Rounds>> bySize = new TreeMap<>();
        Map<Contender, Rounds> usual = measure(USUAL_BYTES, false, List.of(Contender.values()), effort);
        bySize.put(USUAL_BYTES, usual);
        for (int lineBytes : OTHER_BYTES) bySize.put(lineBytes, measure(lineBytes, false, some, effort.rounds(2)));
        Map<Contender, Rounds> tls = measure(USUAL_BYTES, true, some, effort.rounds(2));
        List<Table> tables = new ArrayList<>();
        tables.add(table("1.6 KB a line, HTTP/1.1 in clear", usual));
        Chart chart = Chart.begin("line-size", "CPU per post against line size", "bytes a line", "CPU-µs per post");
        bySize.forEach((lineBytes, runs) -> {
            if (runs != usual) tables.add(table(lineBytes / 1e3 + " KB a line, HTTP/1.1 in clear", runs));
            for (Contender contender : some) {
                chart.put(contender.title(), lineBytes, of(runs, contender).median(Meter.CPU));
            }
        });
        tables.add(table("1.6 KB a line, TLS", tls));
        return new Chapter(
                "throughput",
                "What does a post cost?",
                "A raw-socket server in its own process serves prebuilt posts, one chunk each, whose ids are patched"
                        + " in place. Each client reads them in a fresh process with 512 MiB of heap. It is measured between two"
                        + " volumes, so start-up and compilation do not count. CPU is that of the client's process with all its"
                        + " threads. Clients take turns. Numbers are medians and ranges of the rounds; ratios are taken within a"
                        + " round. twitter-api-java-sdk runs with OkHttp 5.5.1, which the class path shares.",
                tables,
                List.of(chart),
                bounds(usual));
    }

    private static Map<Contender, Rounds> measure(int lineBytes, boolean tls, List<Contender> contenders, Effort effort)
            throws IOException, InterruptedException {
        Map<Contender, Rounds> runs = new EnumMap<>(Contender.class);
        double mean = PostLines.meanBytes(lineBytes);
        // Long lines and encryption take longer, so the numbers of posts are divided by this factor.
        long dearer = Math.max(1, lineBytes / USUAL_BYTES) * (tls ? 2 : 1);
        try (Server server = Server.atFullSpeed(lineBytes, tls)) {
            for (int round = 0; round < effort.rounds(); round++) {
                for (Contender contender : contenders) {
                    long parts = dearer * contender.slowness();
                    long from = effort.of(FROM / parts);
                    long until = effort.of(UNTIL / parts) + 1;
                    runs.computeIfAbsent(contender, c -> new Rounds())
                            .add(server.run(ClientRun.class, contender, from, until, mean));
                }
            }
        }
        return runs;
    }

    private static Table table(String title, Map<Contender, Rounds> runs) {
        Table table = Table.begin(title, "client");
        runs.forEach((contender, rounds) -> {
            for (String number : List.of(Meter.CPU, Meter.RATE, Meter.ALLOCATED, Meter.PEAK)) {
                table.put(contender.title(), number, rounds.of(number));
            }
            table.put(contender.title(), RATIO, rounds.ratio(Meter.CPU, of(runs, Contender.GAPLESS)));
        });
        return table;
    }

    private static List<Bound> bounds(Map<Contender, Rounds> runs) {
        double allocated = of(runs, Contender.GAPLESS).median(Meter.ALLOCATED)
                - of(runs, Contender.JDK_DISCARDING).median(Meter.ALLOCATED)
                - PostLines.meanBytes(USUAL_BYTES);
        return List.of(
                atLeast(
                        "posts per CPU-second, of the JDK client's that discards",
                        runs,
                        Contender.JDK_DISCARDING,
                        0.45),
                atLeast(
                        "times hbc-core's posts per CPU-second, which hands over raw strings; ours: the id",
                        runs,
                        Contender.HBC,
                        2),
                atLeast(
                        "times those of ofLines and readTree, which read the whole post; ours: the id",
                        runs,
                        Contender.OF_LINES,
                        3),
                Bound.atMost(
                        "times the CPU of the id, where text() is read",
                        ratio(runs, Contender.GAPLESS_TEXT, Contender.GAPLESS),
                        1.6),
                Bound.atLeast(
                        "times as cheap as ofLines and readTree; ours: text()",
                        ratio(runs, Contender.OF_LINES, Contender.GAPLESS_TEXT),
                        2),
                Bound.atLeast(
                        "times as cheap as ofLines and readTree; ours: json()",
                        ratio(runs, Contender.OF_LINES, Contender.GAPLESS_JSON),
                        1.4),
                atLeast(
                        "times those of twitter-api-java-sdk, which reads the whole post; ours: the id",
                        runs,
                        Contender.SDK,
                        8),
                Bound.atLeast(
                        "with durable state, times hbc-core's, which has none",
                        ratio(runs, Contender.HBC, Contender.GAPLESS_STATE),
                        1.1),
                Bound.atMost("bytes allocated per post beyond its line and the JDK client's", allocated, 1_024));
    }

    private static Bound atLeast(String what, Map<Contender, Rounds> runs, Contender other, double limit) {
        return Bound.atLeast(what, ratio(runs, other, Contender.GAPLESS), limit);
    }

    /** Returns the CPU of one contender divided by the CPU of another. */
    private static double ratio(Map<Contender, Rounds> runs, Contender one, Contender other) {
        return of(runs, one).ratio(Meter.CPU, of(runs, other)).median();
    }

    private static Rounds of(Map<Contender, Rounds> runs, Contender contender) {
        return runs.getOrDefault(contender, new Rounds());
    }
}
