package io.gapless.benchmarks;

import java.io.IOException;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/** What a post costs, end to end, beside the limits and the peers. */
final class Throughput implements Study {
    /** Late enough for the compiler to have come to rest: at half a million it took a third of the CPU. */
    private static final long FROM = 1_500_000;

    private static final long UNTIL = 2_200_000;
    private static final List<Contender> MAIN = List.of(
            Contender.RAW_SOCKET, Contender.JDK_DISCARDING, Contender.GAPLESS, Contender.HBC, Contender.OF_LINES);

    @Override
    public String name() {
        return "throughput";
    }

    /** Each contender's numbers, round by round. */
    private static final class Runs {
        final Map<Contender, List<Map<String, Double>>> byContender = new EnumMap<>(Contender.class);

        void add(Contender contender, Map<String, Double> numbers) {
            byContender.computeIfAbsent(contender, c -> new ArrayList<>()).add(numbers);
        }

        Spread of(Contender contender, String number) {
            return spread(contender, round -> round.getOrDefault(number, Double.NaN));
        }

        private Spread spread(Contender contender, ToDoubleFunction<Map<String, Double>> value) {
            return Spread.of(byContender.getOrDefault(contender, List.of()).stream()
                    .map(value::applyAsDouble)
                    .toList());
        }

        /** How many times as much CPU one takes as the other, of the same round. */
        Spread ratio(Contender one, Contender other) {
            List<Double> ratios = new ArrayList<>();
            List<Map<String, Double>> ones = byContender.getOrDefault(one, List.of());
            List<Map<String, Double>> others = byContender.getOrDefault(other, List.of());
            for (int round = 0; round < Math.min(ones.size(), others.size()); round++) {
                ratios.add(ones.get(round).getOrDefault(Meter.CPU, Double.NaN)
                        / others.get(round).getOrDefault(Meter.CPU, Double.NaN));
            }
            return Spread.of(ratios);
        }
    }

    @Override
    public Chapter run(Effort effort) throws IOException, InterruptedException {
        Effort fewer = new Effort(Math.min(3, effort.rounds()), effort.share());
        Runs usual = measure(1_600, false, List.of(Contender.values()), effort);
        List<Table> tables = new ArrayList<>();
        tables.add(table("1.6 KB a line, HTTP/1.1 in clear", usual));
        if (effort.rounds() > 1) {
            tables.add(table("0.5 KB a line, HTTP/1.1 in clear", measure(500, false, MAIN, fewer)));
            tables.add(table("5 KB a line, HTTP/1.1 in clear", measure(5_000, false, MAIN, fewer)));
            tables.add(table("1.6 KB a line, TLS", measure(1_600, true, MAIN, fewer)));
        }
        return new Chapter(
                name(),
                "What does a post cost?",
                "A raw-socket server in a process of its own serves prebuilt posts, a chunk each, with ids patched in"
                        + " place; every client reads them in a fresh process of 512 MiB of heap and is measured between two"
                        + " volumes, so that start-up and compilations are not counted. CPU is the client's"
                        + " process alone, all its threads. Contenders take turns; numbers are medians and ranges of the"
                        + " rounds, and ratios are taken within a round. twitter-api-java-sdk runs with OkHttp 5.5.1, which"
                        + " the class path shares.",
                tables,
                List.of(),
                bounds(usual));
    }

    private static Runs measure(int lineBytes, boolean tls, List<Contender> contenders, Effort effort)
            throws IOException, InterruptedException {
        Runs runs = new Runs();
        double mean = PostLines.of(lineBytes, Piece.POSTS).stream()
                .mapToInt(line -> line.length + "\r\n".length())
                .average()
                .orElseThrow();
        try (Server server = new Server(lineBytes, 0, tls)) {
            for (int round = 0; round < effort.rounds(); round++) {
                for (Contender contender : contenders) {
                    long slower = contender.slowness();
                    runs.add(
                            contender,
                            server.run(
                                    ClientRun.class,
                                    contender,
                                    effort.of(FROM / slower),
                                    effort.of(UNTIL / slower) + 1,
                                    mean));
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
            table.put(contender.title(), "CPU, times that of gapless", runs.ratio(contender, Contender.GAPLESS));
        }
        return table;
    }

    private static List<Bound> bounds(Runs runs) {
        double line = PostLines.of(1_600, Piece.POSTS).stream()
                .mapToInt(bytes -> bytes.length)
                .average()
                .orElseThrow();
        double allocated = runs.of(Contender.GAPLESS, Meter.ALLOCATED).median()
                - runs.of(Contender.JDK_DISCARDING, Meter.ALLOCATED).median()
                - line;
        return List.of(
                atLeast(
                        "posts per CPU-second, of the JDK client's that discards",
                        runs,
                        Contender.JDK_DISCARDING,
                        0.45),
                atLeast("times hbc-core's posts per CPU-second", runs, Contender.HBC, 2),
                atLeast("times those of ofLines and readTree", runs, Contender.OF_LINES, 3),
                atLeast("times those of twitter-api-java-sdk", runs, Contender.SDK, 8),
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
