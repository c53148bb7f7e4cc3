package io.gapless.recovery;

import java.io.PrintStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorCompletionService;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.Collectors;

/** Many simulated days, several at a time, and their sum. Days share nothing, so each is what it would be alone. */
final class SimulationSoak {
    private static final Duration PROGRESS_EVERY = Duration.ofSeconds(20);
    private static final int TOLD_MAX = 5;

    private final PrintStream out;
    private final long startedNanos = System.nanoTime();
    private final List<Outcome> failed = new ArrayList<>();
    private final Map<Fault, Long> strikes = new EnumMap<>(Fault.class);
    private long toldNanos = startedNanos;
    private long seeds;
    private Duration length = Duration.ZERO;
    private long posts;
    private long gaps;
    private long outages;
    private long lives;
    private long jobs;
    private long searches;

    SimulationSoak(PrintStream out) {
        this.out = out;
    }

    /** Lives through the days of so many seeds; returns those that failed. */
    List<Outcome> run(long from, int count, int threads) throws InterruptedException, ExecutionException {
        ExecutorService pool = Executors.newFixedThreadPool(threads);
        try {
            ExecutorCompletionService<Outcome> days = new ExecutorCompletionService<>(pool);
            for (long seed = from; seed < from + count; seed++) {
                long mine = seed;
                days.submit(() -> Simulation.run(mine, Simulation.length(mine)));
            }
            for (int i = 0; i < count; i++) add(days.take().get(), count);
        } finally {
            pool.shutdownNow();
        }
        out.println(summary());
        return failed;
    }

    private void add(Outcome day, int count) {
        seeds++;
        length = length.plus(day.length());
        posts += day.posts();
        gaps += day.gaps();
        outages += day.outages();
        lives += day.lives();
        jobs += day.jobs();
        searches += day.searches();
        day.strikes().forEach((fault, times) -> strikes.merge(fault, times, Long::sum));
        if (!day.isGood()) {
            failed.add(day);
            out.println(failed.size() <= TOLD_MAX ? day.describe() : "seed " + day.seed() + ": " + day.kinds());
        }
        if (System.nanoTime() - toldNanos < PROGRESS_EVERY.toNanos()) return;
        toldNanos = System.nanoTime();
        out.printf("%d of %d seeds, %d failed%n", seeds, count, failed.size());
    }

    private String summary() {
        double seconds = (System.nanoTime() - startedNanos) / 1e9;
        String never = neverStruck().stream().map(Fault::name).collect(Collectors.joining(", "));
        return "%d seeds, %d virtual hours, %d lives, %d posts, %d outages, %d gaps, %d jobs, %d searches in %.1f s: %.0f virtual hours a second%nfailed: %s%nstrikes: %s%nnever struck: %s"
                .formatted(
                        seeds,
                        length.toHours(),
                        lives,
                        posts,
                        outages,
                        gaps,
                        jobs,
                        searches,
                        seconds,
                        length.toHours() / seconds,
                        failed.stream()
                                .map(day -> day.seed() + " " + day.kinds())
                                .sorted()
                                .collect(Collectors.joining(", ")),
                        strikes,
                        never.isEmpty() ? "none" : never);
    }

    /** Faults that no day of the run has known. */
    List<Fault> neverStruck() {
        return Arrays.stream(Fault.values())
                .filter(fault -> !strikes.containsKey(fault))
                .toList();
    }

    /** {@code <first seed> <seeds> <threads>} */
    public static void main(String[] args) throws InterruptedException, ExecutionException {
        new SimulationSoak(System.out)
                .run(Long.parseLong(args[0]), Integer.parseInt(args[1]), Integer.parseInt(args[2]));
    }
}
