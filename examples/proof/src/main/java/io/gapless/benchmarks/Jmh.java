package io.gapless.benchmarks;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.gapless.hosts.ChildProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.openjdk.jmh.Main;

/** Runs JMH with its allocation profiler. JMH runs each benchmark in a JVM of its own. */
final class Jmh {
    static final String METHOD = "JMH 1.37 in its own fork, average time, allocation by its profiler; ";

    private static final String ALLOCATED = "gc.alloc.rate.norm";

    private Jmh() {}

    /**
     * Holds the result of a benchmark.
     *
     * @param method the name of the benchmark
     * @param parameter the benchmark's parameter; empty if the benchmark has no parameter
     * @param nanos the nanoseconds per operation, summarised over the iterations
     * @param allocatedBytes the number of bytes allocated per operation
     */
    record Result(String method, String parameter, Spread nanos, double allocatedBytes) {}

    /** Runs the benchmarks whose names match the regular expressions. */
    static List<Result> run(Effort effort, String... benchmarks) throws IOException, InterruptedException {
        Path file = Files.createTempFile("gapless-jmh", ".json");
        try {
            boolean full = effort.isFull();
            List<Object> words = new ArrayList<>(List.of("-f", 1, "-prof", "gc", "-rf", "json", "-rff", file));
            words.addAll(List.of("-wi", 3, "-w", full ? "500ms" : "300ms"));
            words.addAll(List.of("-i", full ? 5 : 3, "-r", full ? "300ms" : "100ms"));
            if (!full) words.addAll(List.of("-p", "rules=1000,25000"));
            words.addAll(List.of(benchmarks));
            ChildProcess.of(Main.class, words.toArray()).numbers();
            List<Result> results = new ArrayList<>();
            for (JsonNode result : new ObjectMapper().readTree(file.toFile())) results.add(result(result));
            return results;
        } finally {
            Files.deleteIfExists(file);
        }
    }

    private static Result result(JsonNode result) {
        String benchmark = result.path("benchmark").asText();
        JsonNode time = result.path("primaryMetric");
        int nanos = time.path("scoreUnit").asText().startsWith("us") ? 1_000 : 1;
        List<Double> runs = new ArrayList<>();
        for (JsonNode run : time.path("rawData").path(0)) runs.add(run.asDouble() * nanos);
        return new Result(
                benchmark.substring(benchmark.lastIndexOf('.') + 1),
                result.path("params").path("rules").asText(),
                Spread.of(runs),
                result.path("secondaryMetrics").path(ALLOCATED).path("score").asDouble());
    }
}
