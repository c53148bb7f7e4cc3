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

    /** Holds the numbers that each contender has printed, in the order of the rounds. */
    private static final class Runs {
        final Map<Contender, Rounds> byContender = new EnumMap<>(Contender.class);
        private final Map<Contender, List<Double>> cpu = new EnumMap<>(Contender.class);

        void add(Contender contender, Map<String, Double> numbers) {
            byContender.computeIfAbsent(contender, c -> new Rounds()).add(numbers);
            cpu.computeIfAbsent(contender, c -> new ArrayList<>()).add(numbers.getOrDefault(Meter.CPU, Double.NaN));
        }

        Spread of(Contender contender, String number) {
            return byContender.getOrDefault(contender, new Rounds()).of(number);
        }

        /** Returns the CPU of one contender divided by the CPU of another. The ratio is taken within each round. */
        Spread ratio(Contender one, Contender other) {
            List<Double> ones = cpu.getOrDefault(one, List.of());
            List<Double> others = cpu.getOrDefault(other, List.of());
            List<Double> ratios = new ArrayList<>();
            for (int round = 0; round < Math.min(ones.size(), others.size()); round++)
                ratios.add(ones.get(round) / others.get(round));
            return Spread.of(ratios);
        }
    }

    @Override
    public Chapter run(Effort effort) throws IOException, InterruptedException {
        List<Contender> some = effort.isFull() ? MAIN : FEW;
        Map<Integer, Runs> bySize = new TreeMap<>();
        Runs usual = measure(USUAL_BYTES, false, List.of(Contender.values()), effort);
        bySize.put(USUAL_BYTES, usual);
        for (int lineBytes : OTHER_BYTES) bySize.put(lineBytes, measure(lineBytes, false, some, effort.rounds(2)));
        Runs tls = measure(USUAL_BYTES, true, some, effort.rounds(2));
        List<Table> tables = new ArrayList<>();
        tables.add(table("1.6 KB a line, HTTP/1.1 in clear", usual));
        Chart chart = Chart.begin("line-size", "CPU per post against line size", "bytes a line", "CPU-µs per post");
        bySize.forEach((lineBytes, runs) -> {
            if (runs != usual) tables.add(table(lineBytes / 1e3 + " KB a line, HTTP/1.1 in clear", runs));
            for (Contender contender : some) {
                double cpu = runs.of(contender, Meter.CPU).median();
                chart.put(contender.title(), lineBytes, cpu);
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

    private static Runs measure(int lineBytes, boolean tls, List<Contender> contenders, Effort effort)
            throws IOException, InterruptedException {
        Runs runs = new Runs();
        double mean = PostLines.meanBytes(lineBytes);
        // Long lines and encryption take longer, so the numbers of posts are divided by this factor.
        long dearer = Math.max(1, lineBytes / USUAL_BYTES) * (tls ? 2 : 1);
        try (Server server = Server.atFullSpeed(lineBytes, tls)) {
            for (int round = 0; round < effort.rounds(); round++) {
                for (Contender contender : contenders) {
                    long parts = dearer * contender.slowness();
                    long from = effort.of(FROM / parts);
                    long until = effort.of(UNTIL / parts) + 1;
                    runs.add(contender, server.run(ClientRun.class, contender, from, until, mean));
                }
            }
        }
        return runs;
    }

    private static Table table(String title, Runs runs) {
        Table table = Table.begin(title, "client");
        for (Contender contender : runs.byContender.keySet()) {
            for (String number : List.of(Meter.CPU, Meter.RATE, Meter.ALLOCATED, Meter.PEAK)) {
                table.put(contender.title(), number, runs.of(contender, number));
            }
            table.put(contender.title(), RATIO, runs.ratio(contender, Contender.GAPLESS));
        }
        return table;
    }

    private static List<Bound> bounds(Runs runs) {
        double allocated = runs.of(Contender.GAPLESS, Meter.ALLOCATED).median()
                - runs.of(Contender.JDK_DISCARDING, Meter.ALLOCATED).median()
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
                        runs.ratio(Contender.GAPLESS_TEXT, Contender.GAPLESS).median(),
                        1.6),
                Bound.atLeast(
                        "times as cheap as ofLines and readTree; ours: text()",
                        runs.ratio(Contender.OF_LINES, Contender.GAPLESS_TEXT).median(),
                        2),
                Bound.atLeast(
                        "times as cheap as ofLines and readTree; ours: json()",
                        runs.ratio(Contender.OF_LINES, Contender.GAPLESS_JSON).median(),
                        1.4),
                atLeast(
                        "times those of twitter-api-java-sdk, which reads the whole post; ours: the id",
                        runs,
                        Contender.SDK,
                        8),
                Bound.atLeast(
                        "with durable state, times hbc-core's, which has none",
                        runs.ratio(Contender.HBC, Contender.GAPLESS_STATE).median(),
                        1.1),
                Bound.atMost("bytes allocated per post beyond its line and the JDK client's", allocated, 1_024));
    }

    private static Bound atLeast(String what, Runs runs, Contender other, double limit) {
        return Bound.atLeast(what, runs.ratio(other, Contender.GAPLESS).median(), limit);
    }
}
