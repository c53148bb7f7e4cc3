package io.gapless.benchmarks;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.openjdk.jmh.Main;

/** The stations of a post's way one by one, and the plans, by JMH with its allocation profiler. */
final class Stations implements Study {
    private static final String ALLOCATED = "gc.alloc.rate.norm";

    @Override
    public String name() {
        return "jmh";
    }

    @Override
    public Chapter run(Effort effort) throws IOException, InterruptedException {
        Path results = Files.createTempFile("gapless-jmh", ".json");
        try {
            jmh(results, effort);
            return chapter(new ObjectMapper().readTree(results.toFile()));
        } finally {
            Files.deleteIfExists(results);
        }
    }

    private static void jmh(Path results, Effort effort) throws IOException, InterruptedException {
        boolean full = effort.rounds() > 1;
        List<Object> words = new ArrayList<>(List.of("-f", 1, "-prof", "gc", "-rf", "json", "-rff", results));
        words.addAll(List.of("-wi", 3, "-w", full ? "500ms" : "300ms"));
        words.addAll(List.of("-i", full ? 5 : 3, "-r", full ? "300ms" : "100ms"));
        if (!full) words.addAll(List.of("HotPath", "planner"));
        ChildJvm.run(Main.class, List.of(), words.toArray());
    }

    private static Chapter chapter(JsonNode results) {
        Table table = Table.begin("Stations and plans", "benchmark");
        Chart chart = Chart.begin("rules", "Planning against the number of rules", "rules", "µs per plan");
        for (JsonNode result : results) {
            String benchmark = result.path("benchmark").asText();
            String method = benchmark.substring(benchmark.lastIndexOf('.') + 1);
            String rules = result.path("params").path("rules").asText();
            String name = rules.isEmpty() ? method : method + ", " + rules + " rules";
            JsonNode time = result.path("primaryMetric");
            boolean micros = time.path("scoreUnit").asText().startsWith("us");
            List<Double> runs = new ArrayList<>();
            for (JsonNode run : time.path("rawData").path(0)) runs.add(run.asDouble() * (micros ? 1_000 : 1));
            table.put(name, "ns", Spread.of(runs));
            double allocated = result.path("secondaryMetrics")
                    .path(ALLOCATED)
                    .path("score")
                    .asDouble();
            table.put(name, "bytes allocated", Spread.of(Math.rint(allocated)));
            if (!rules.isEmpty())
                chart.put(method, Double.parseDouble(rules), Spread.of(runs).median() / 1_000);
        }
        double keepAlive = table.rows().stream()
                .filter(row -> row.name().equals("keepAlive"))
                .map(row -> row.values().get("bytes allocated"))
                .mapToDouble(Spread::median)
                .findFirst()
                .orElse(Double.NaN);
        return new Chapter(
                "jmh",
                "What do the stations cost?",
                "JMH 1.37 in a fork of its own, average time, allocation by its profiler; per post of 1.6 KB, per keep-alive,"
                        + " or per plan. "
                        + table.rows().stream().map(Table.Row::name).collect(Collectors.joining(", ")) + ".",
                List.of(table),
                chart.lines().isEmpty() ? List.of() : List.of(chart),
                List.of(Bound.atMost("bytes allocated per keep-alive", keepAlive, 0.5)));
    }
}
