package io.gapless.recovery.outbox;

import java.io.PrintStream;
import java.nio.file.Path;
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

/** Many simulated days of sending, several at a time, and their sum. Days share nothing. */
final class SenderSoak {
    private static final Duration PROGRESS_EVERY = Duration.ofSeconds(20);
    private static final int TOLD_MAX = 5;

    private final PrintStream out;
    private final long startedNanos = System.nanoTime();
    private final List<SenderOutcome> failed = new ArrayList<>();
    private final Map<SenderFault, Long> strikes = new EnumMap<>(SenderFault.class);
    private long toldNanos = startedNanos;
    private long seeds;
    private Duration length = Duration.ZERO;
    private long versions;
    private long polls;
    private long requests;
    private long lives;

    SenderSoak(PrintStream out) {
        this.out = out;
    }

    /** Lives through the days of so many seeds; returns those that failed. */
    List<SenderOutcome> run(long from, int count, int threads) throws InterruptedException, ExecutionException {
        ExecutorService pool = Executors.newFixedThreadPool(threads);
        Path work = SenderSimulation.work();
        try {
            ExecutorCompletionService<SenderOutcome> days = new ExecutorCompletionService<>(pool);
            for (long seed = from; seed < from + count; seed++) {
                long mine = seed;
                days.submit(() -> SenderSimulation.run(mine, work));
            }
            for (int i = 0; i < count; i++) add(days.take().get(), count);
        } finally {
            pool.shutdownNow();
            SenderSimulation.delete(work);
        }
        out.println(summary());
        return failed;
    }

    private void add(SenderOutcome day, int count) {
        seeds++;
        length = length.plus(day.length());
        versions += day.versions();
        polls += day.polls();
        requests += day.requests();
        lives += day.lives();
        day.strikes().forEach((fault, times) -> strikes.merge(fault, times, Long::sum));
        if (!day.isGood()) {
            failed.add(day);
            out.println(failed.size() <= TOLD_MAX ? day.describe() : "seed " + day.seed() + ": " + day.kinds());
        }
        if (System.nanoTime() - toldNanos < PROGRESS_EVERY.toNanos()) return;
        toldNanos = System.nanoTime();
        out.printf("%d of %d sender days, %d failed%n", seeds, count, failed.size());
    }

    private String summary() {
        double seconds = (System.nanoTime() - startedNanos) / 1e9;
        String never = neverStruck().stream().map(SenderFault::name).collect(Collectors.joining(", "));
        return "%d sender days, %d virtual hours, %d lives, %d versions, %d polls, %d requests in %.1f s: %.0f virtual hours a second%nfailed: %s%nstrikes: %s%nnever struck: %s"
                .formatted(
                        seeds,
                        length.toHours(),
                        lives,
                        versions,
                        polls,
                        requests,
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
    List<SenderFault> neverStruck() {
        return Arrays.stream(SenderFault.values())
                .filter(fault -> !strikes.containsKey(fault))
                .toList();
    }

    /** {@code <first seed> <days> <threads>} */
    public static void main(String[] arguments) throws InterruptedException, ExecutionException {
        new SenderSoak(System.out)
                .run(Long.parseLong(arguments[0]), Integer.parseInt(arguments[1]), Integer.parseInt(arguments[2]));
    }
}
