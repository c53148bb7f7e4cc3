package io.gapless.benchmarks;

import io.gapless.hosts.ChildProcess;
import io.gapless.proof.kit.Text;
import io.gapless.receiver.Scratch;
import io.gapless.recovery.LedgerRun;
import java.io.IOException;
import java.util.List;
import java.util.Map;

/** Measures whether new commits cost more if the ledger already holds many gaps. */
final class LedgerScale implements Study {
    private static final long WARM_UP = 1_000;
    private static final double GROWTH_MAX = 1.2;
    private static final long[] GAPS = {10, 100, 1_000, 10_000, 100_000};

    @Override
    public Chapter run(Effort effort) throws IOException, InterruptedException {
        long[] sizes = effort.sizes(GAPS);
        long warmUp = effort.of(WARM_UP);
        Map<Long, Rounds> bySize = Rounds.bySize(effort, sizes, gaps -> {
            try (Scratch scratch = Scratch.make()) {
                return ChildProcess.of(LedgerRun.class, scratch.path(), gaps, warmUp)
                        .numbers();
            }
        });
        Table table = Table.begin("The ledger in its file", "gaps");
        Chart commits =
                Chart.begin("ledger-commit", "Commits of an outage against the ledger", "gaps", "CPU-µs per commit");
        Chart reads = Chart.begin("ledger-read", "Reading the ledger", "gaps", "ms");
        bySize.forEach((gaps, rounds) -> {
            for (String number : LedgerRun.NUMBERS) table.put(Text.of("%,d", gaps), number, rounds.of(number));
            commits.put("per commit", gaps, rounds.median(LedgerRun.COMMIT_CPU));
            reads.put(LedgerRun.OPEN, gaps, rounds.median(LedgerRun.OPEN));
            reads.put(LedgerRun.ALL, gaps, rounds.median(LedgerRun.ALL));
        });
        double few = bySize.getOrDefault(sizes[0], new Rounds()).median(LedgerRun.COMMIT_CPU);
        double many = bySize.getOrDefault(sizes[sizes.length - 1], new Rounds()).median(LedgerRun.COMMIT_CPU);
        return new Chapter(
                "ledger",
                "Does a long ledger make a restart or an outage slower?",
                "A state directory with that many closed gaps, each with three days of search and a lost span."
                        + " 100,000 is the most that is kept. Then outages are played as the stream plays them: each is opened,"
                        + " planned, fetched and closed in five commits, two of which move the frontier and one of which adds a"
                        + " hundred ids. Posts are acknowledged in the largest commits that occur. A commit waits for the disk;"
                        + " CPU is its cost besides. Opening checks the whole file, and once an hour a commit looks for gaps"
                        + " that are too old. The file is warm.",
                List.of(table),
                List.of(commits, reads),
                List.of(Bound.atMost("times the CPU per commit with 10 gaps, with 100,000", many / few, GROWTH_MAX)));
    }
}
