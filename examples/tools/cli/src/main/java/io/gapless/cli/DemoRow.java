package io.gapless.cli;

import io.gapless.recovery.ledger.Gap;
import io.gapless.recovery.ledger.Gap.StepRun;
import io.gapless.recovery.ledger.Gap.Verdict;
import io.gapless.recovery.ledger.RecoveryMethod;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * Describes one fault: how long its outage lasted, and what became of the posts that matched during it.
 *
 * @param fault what failed
 * @param noticed how long the library took to detect the fault; empty if the process itself was down
 * @param back how long the library then took to reconnect; if the process was down, the time from its start
 * @param tally what became of the posts
 * @param by the recovery methods that recovered the posts, or the connection that covered them: {@code search, 12 jobs,
 *     backfill}
 */
record DemoRow(String fault, Optional<Duration> noticed, Duration back, Tally tally, String by) {
    /**
     * Counts posts by what became of them.
     *
     * @param handedOver posts that the handler received, sooner or later
     * @param lost posts that are missing and that the ledger lists as lost
     * @param silent posts that are missing and that the ledger does not list as lost
     */
    record Tally(long handedOver, long lost, long silent) {
        long all() {
            return handedOver + lost + silent;
        }
    }

    boolean isOk() {
        return tally.silent == 0;
    }

    /** Returns, in words, how the gaps were closed: by the other connection, or by recovery methods. */
    static String by(List<Gap> gaps) {
        Map<RecoveryMethod, Long> runs = gaps.stream()
                .flatMap(gap -> gap.steps().stream())
                .filter(run -> run.state() != StepRun.State.FAILED)
                .collect(Collectors.groupingBy(run -> run.step().method(), TreeMap::new, Collectors.counting()));
        long jobs = runs.getOrDefault(RecoveryMethod.RECOVERY_JOB, 0L);
        List<String> words = new ArrayList<>();
        if (gaps.stream().anyMatch(gap -> gap.verdict() == Verdict.COVERED)) words.add("the other one");
        if (runs.containsKey(RecoveryMethod.SEARCH)) words.add("search");
        if (jobs > 0) words.add(jobs == 1 ? "1 job" : jobs + " jobs");
        if (runs.containsKey(RecoveryMethod.BACKFILL)) words.add("backfill");
        return String.join(", ", words);
    }
}
