package io.gapless.recovery;

import io.gapless.proof.kit.Numbers;
import io.gapless.proof.kit.Sample;
import io.gapless.recovery.ledger.Gap;
import io.gapless.recovery.ledger.Gap.StepRun;
import io.gapless.recovery.ledger.Gap.Verdict;
import io.gapless.recovery.ledger.RecoveryMethod;
import io.gapless.recovery.ledger.RecoveryPlan.Step;
import io.gapless.recovery.ledger.Span;
import io.gapless.recovery.plan.Abilities;
import io.gapless.recovery.plan.RecoveryPlanner;
import io.gapless.recovery.state.Change;
import io.gapless.recovery.state.StateDirectory;
import io.gapless.recovery.state.StateStore;
import io.gapless.stream.post.Snowflake;
import io.gapless.stream.seam.Seams;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.LongStream;

/**
 * Measures, in a process of its own, a ledger that already holds many closed gaps on the disk, while further outages
 * are stored.
 */
public final class LedgerRun {
    public static final String OPEN = "ms to open";
    public static final String COMMIT_CPU = "CPU-µs per commit";
    public static final String COMMIT = "µs per commit, p50";
    public static final String FULL_COMMIT = "µs per commit of 2,000 ids, p50";
    public static final String OLD = "ms to look for old gaps, once an hour";
    public static final String NEWEST = "ms to list the newest 100";
    public static final String ALL = "ms to list all";
    public static final String DISK = "MB of disk, with the log";
    public static final List<String> NUMBERS = List.of(OPEN, COMMIT_CPU, COMMIT, FULL_COMMIT, OLD, NEWEST, ALL, DISK);

    /** The largest number of ids that the stream commits at once. */
    public static final int IDS_MAX = 2_000;

    private static final Instant NOW = Instant.parse("2026-11-22T12:00:00Z");
    /**
     * The time between the starts of two gaps. With this distance, even the oldest of 100,000 gaps is younger than 400
     * days. Older gaps would be deleted.
     */
    private static final Duration BETWEEN = Duration.ofMinutes(5);

    private static final Duration MISSED = Duration.ofDays(3);
    private static final Abilities SEARCH_ONLY = new Abilities(false, false, true, false);
    private static final int OUTAGES = 100;
    private static final int FILLED_AT_ONCE = 1_000;
    private static final int LISTED = 100;
    private static final int IDS = 100;
    private static final int FULL_COMMITS = 20;

    private final Path directory;
    private final int gaps;
    private final Sample commits = new Sample();

    private LedgerRun(Path directory, int gaps) {
        this.directory = directory;
        this.gaps = gaps;
    }

    /**
     * Fills the ledger and measures it. The arguments are a directory for state, the number of closed gaps, and the
     * number of outages that are stored before the measurement, so that the code is compiled.
     */
    public static void main(String[] words) {
        LedgerRun run = new LedgerRun(Path.of(words[0]), Integer.parseInt(words[1]));
        run.fill();
        run.measure(Integer.parseInt(words[2]));
    }

    private StateStore open() {
        return StateDirectory.open(directory, Duration.ZERO, Seams.system().time());
    }

    private void fill() {
        try (StateStore store = open()) {
            for (int from = 0; from < gaps; from += FILLED_AT_ONCE) {
                List<Change> changes = new ArrayList<>();
                for (int i = from; i < Math.min(gaps, from + FILLED_AT_ONCE); i++)
                    changes.add(new Change.GapKept(closed(i + 1, NOW.minus(BETWEEN.multipliedBy(gaps - i)))));
                store.commit(changes);
            }
        }
    }

    private void measure(int warmUp) {
        // Open the directory once before the measurement, so that the loading of classes is not measured.
        open().close();
        long nanos = System.nanoTime();
        try (StateStore store = open()) {
            Numbers.tell(OPEN, (System.nanoTime() - nanos) / 1e6);
            // The store looks for gaps that are too old when it commits the first frontier after it was opened.
            Numbers.tell(OLD, millis(() -> store.commit(List.of(new Change.Frontier(NOW, NOW)))));
            // Warm up. The five commits of an outage are joined into one here, since each commit waits for the disk.
            for (int i = 0; i < warmUp; i++)
                store.commit(outage(i).stream().flatMap(List::stream).toList());
            long cpuNanos = Numbers.ownCpuNanos();
            for (int i = 0; i < OUTAGES; i++) outage(warmUp + i).forEach(changes -> commit(store, changes));
            Numbers.tell(COMMIT_CPU, (Numbers.ownCpuNanos() - cpuNanos) / 1e3 / commits.size());
            Numbers.tell(COMMIT, commits.quantileMillis(0.5) * 1e3);
            Numbers.tell(FULL_COMMIT, fullCommits(store).quantileMillis(0.5) * 1e3);
            store.ledger(Instant.EPOCH, LISTED);
            Numbers.tell(NEWEST, millis(() -> store.ledger(Instant.EPOCH, LISTED)));
            Numbers.tell(ALL, millis(() -> store.ledger(Instant.EPOCH, Integer.MAX_VALUE)));
            Numbers.tell(DISK, store.diskBytes() / 1e6);
        }
    }

    /**
     * Returns the durations of commits of as many ids as the stream commits at once. The ids are
     * those of two posts per millisecond.
     */
    private static Sample fullCommits(StateStore store) {
        Sample took = new Sample();
        for (int i = 0; i < FULL_COMMITS; i++) {
            long first = Snowflake.firstId(NOW.plusSeconds(60L + i));
            long[] ids =
                    LongStream.range(0, IDS_MAX).map(n -> first + (n << 21)).toArray();
            took.add(nanos(() -> store.commit(List.of(new Change.Acknowledged(ids)))));
        }
        return took;
    }

    private static double millis(Runnable work) {
        return nanos(work) / 1e6;
    }

    private static long nanos(Runnable work) {
        long fromNanos = System.nanoTime();
        work.run();
        return System.nanoTime() - fromNanos;
    }

    /**
     * Returns the five commits of one more outage. All outages use the same gap id, so each replaces the last one, and
     * the number of gaps stays the same.
     */
    private List<List<Change>> outage(int number) {
        Instant now = NOW.plusMillis(number);
        Gap open = opened(gaps + 1L, now.minus(MISSED));
        Gap planned = GapChanges.planned(
                open, RecoveryPlanner.plan(open.uncovered(), SEARCH_ONLY, now).steps());
        Step step = planned.steps().get(0).step();
        Gap done = done(planned, step);
        long first = Snowflake.firstId(now);
        long[] ids = LongStream.range(first, first + IDS).toArray();
        return List.of(
                List.of(new Change.GapKept(open)),
                List.of(new Change.GapKept(planned), new Change.Frontier(now, now)),
                List.of(new Change.GapKept(GapChanges.running(planned, step))),
                List.of(new Change.Acknowledged(ids), new Change.GapKept(done)),
                List.of(
                        new Change.GapKept(GapChanges.closed(done, Verdict.COMPLETE, now)),
                        new Change.Frontier(now, now)));
    }

    private void commit(StateStore store, List<Change> changes) {
        commits.add(nanos(() -> store.commit(changes)));
    }

    private static Gap opened(long id, Instant from) {
        return Gap.of(
                        id,
                        new Span(from, from.plus(MISSED)),
                        "no data arrived for 25 s, not even a keep-alive",
                        from,
                        from.plusSeconds(25))
                .reconnectedAt(Optional.of(from.plus(MISSED)))
                .build();
    }

    private static Gap done(Gap gap, Step step) {
        return GapChanges.with(gap, StepRun.of(step).withPass(1_234, 12).with(StepRun.State.DONE, "2 queries"));
    }

    /** Returns a closed gap of three days, with a search step for each day and a lost span of one minute. */
    private static Gap closed(long id, Instant from) {
        Gap gap = opened(id, from);
        for (int day = 0; day < MISSED.toDays(); day++) {
            Span span = new Span(from.plus(Duration.ofDays(day)), from.plus(Duration.ofDays(day + 1L)));
            gap = done(gap, new Step(RecoveryMethod.SEARCH, span, span.until()));
        }
        Span lost = new Span(from, from.plusSeconds(60));
        return GapChanges.closed(
                GapChanges.withLost(gap, lost, RecoveryPlanner.WINDOW_PASSED), Verdict.PARTIAL, from.plus(MISSED));
    }
}
