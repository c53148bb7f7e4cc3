package io.gapless.recovery.soak;

import java.io.PrintStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorCompletionService;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.LongFunction;
import java.util.stream.Collectors;

/**
 * Many simulated days, several at a time, and their sum. Days share nothing, so each is what it would be alone.
 *
 * @param <D> what comes of a day
 * @param <F> the faults that it may know
 */
public class Soak<D extends PlayedDay<F>, F extends Enum<F>> {
    private static final Duration PROGRESS_EVERY = Duration.ofSeconds(20);
    private static final int TOLD_MAX = 5;

    private final PrintStream out;
    private final String days;
    private final Class<F> faults;
    private final LongFunction<D> play;
    private final long startedNanos = System.nanoTime();
    private final List<D> failed = new ArrayList<>();
    private final Map<F, Long> strikes;
    private final Map<String, Long> counts = new LinkedHashMap<>();
    private long toldNanos = startedNanos;
    private long played;
    private Duration length = Duration.ZERO;

    /**
     * A soak that has not begun.
     *
     * @param days what its days are called
     * @param play plays the day of a seed
     */
    protected Soak(PrintStream out, String days, Class<F> faults, LongFunction<D> play) {
        this.out = out;
        this.days = days;
        this.faults = faults;
        this.play = play;
        strikes = new EnumMap<>(faults);
    }

    /** Lives through the days of so many seeds; returns those that failed. */
    public List<D> run(long from, int count, int threads) throws InterruptedException, ExecutionException {
        ExecutorService pool = Executors.newFixedThreadPool(threads);
        try {
            ExecutorCompletionService<D> all = new ExecutorCompletionService<>(pool);
            for (long seed = from; seed < from + count; seed++) {
                long mine = seed;
                all.submit(() -> play.apply(mine));
            }
            for (int i = 0; i < count; i++) add(all.take().get(), count);
        } finally {
            pool.shutdownNow();
        }
        out.println(summary());
        return failed;
    }

    private void add(D day, int count) {
        played++;
        length = length.plus(day.length());
        day.counts().forEach((what, number) -> counts.merge(what, number, Long::sum));
        day.strikes().forEach((fault, times) -> strikes.merge(fault, times, Long::sum));
        if (!day.isGood()) {
            failed.add(day);
            out.println(failed.size() <= TOLD_MAX ? day.describe() : "seed " + day.seed() + ": " + day.kinds());
        }
        if (System.nanoTime() - toldNanos < PROGRESS_EVERY.toNanos()) return;
        toldNanos = System.nanoTime();
        out.printf("%d of %d %s, %d failed%n", played, count, days, failed.size());
    }

    private String summary() {
        double seconds = (System.nanoTime() - startedNanos) / 1e9;
        String never = neverStruck().stream().map(Enum::name).collect(Collectors.joining(", "));
        return "%d %s, %d virtual hours, %s in %.1f s: %.0f virtual hours a second%nfailed: %s%nstrikes: %s%nnever struck: %s"
                .formatted(
                        played,
                        days,
                        length.toHours(),
                        counts.entrySet().stream()
                                .map(count -> count.getValue() + " " + count.getKey())
                                .collect(Collectors.joining(", ")),
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
    public List<F> neverStruck() {
        return Arrays.stream(faults.getEnumConstants())
                .filter(fault -> !strikes.containsKey(fault))
                .toList();
    }

    /** How often each fault struck. */
    protected Map<F, Long> strikes() {
        return strikes;
    }

    /** How many days were played. */
    protected long played() {
        return played;
    }

    /** How long all days were together. */
    protected Duration length() {
        return length;
    }
}
