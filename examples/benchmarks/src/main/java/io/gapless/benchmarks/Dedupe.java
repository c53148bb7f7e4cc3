package io.gapless.benchmarks;

import io.gapless.stream.DedupeRun;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What remembering ids costs, in memory and in time. */
final class Dedupe implements Study {
    private static final long IDS = 10_000_000;
    private static final double BYTES_MAX = 18;
    private static final double IN_ORDER_MIN = 10;
    private static final double AT_RANDOM_MIN = 5;

    @Override
    public String name() {
        return "dedupe";
    }

    @Override
    public Chapter run(Effort effort) throws IOException, InterruptedException {
        // What few ids cost says little about many: only the smoke test asks for fewer.
        long ids = effort.equals(Effort.SMOKE) ? effort.of(IDS) : IDS;
        Map<String, List<Double>> rounds = new LinkedHashMap<>();
        for (int i = 0; i < effort.rounds(); i++) {
            ChildJvm.run(DedupeRun.class, List.of("-Xmx2g"), ids)
                    .forEach((name, value) ->
                            rounds.computeIfAbsent(name, n -> new ArrayList<>()).add(value));
        }
        Table table = Table.begin("Memory of ids", "what");
        rounds.forEach((name, values) -> table.put(name, Text.of("%,d ids", ids), Spread.of(values)));
        return new Chapter(
                name(),
                "What does it cost to remember ids?",
                Text.of(
                        "%,d ids of one hour are remembered in the order of time; the heap is measured before and"
                                + " after, as what is reachable after a full collection. Then each is asked for again, in the"
                                + " order of time and shuffled; and they are remembered once more, shuffled, from nothing. One thread; speed is per second of the process's CPU time, its collector's"
                                + " and compiler's included. A process of its own per round.",
                        ids),
                List.of(table),
                List.of(),
                List.of(
                        Bound.atMost("bytes per id", median(rounds, DedupeRun.BYTES), BYTES_MAX),
                        Bound.atLeast(
                                "M checks/s, known, in time order",
                                median(rounds, DedupeRun.KNOWN_IN_ORDER),
                                IN_ORDER_MIN),
                        Bound.atLeast(
                                "M checks/s, new, in time order", median(rounds, DedupeRun.NEW_IN_ORDER), IN_ORDER_MIN),
                        Bound.atLeast(
                                "M checks/s, known, at random",
                                median(rounds, DedupeRun.KNOWN_AT_RANDOM),
                                AT_RANDOM_MIN)));
    }

    private static double median(Map<String, List<Double>> rounds, String name) {
        return Spread.of(rounds.getOrDefault(name, List.of(Double.NaN))).median();
    }
}
