package io.gapless.cli;

import io.gapless.emulator.ExpectedPost;
import io.gapless.recovery.Gap;
import io.gapless.recovery.LostSpan;
import io.gapless.recovery.StepRun;
import java.io.PrintStream;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What became of every post that the emulator should have delivered.
 *
 * @param rows a line per fault
 * @param gaps the ledger
 * @param matched posts that matched while the demo ran
 * @param delivered those of them that the handler got
 * @param duplicates posts that were received twice and handed over once
 * @param lostExplained posts that were created within a span that the ledger calls lost
 * @param silentlyLost posts that are missing without an explanation
 */
record DemoReport(
        List<Row> rows,
        List<Gap> gaps,
        int matched,
        int delivered,
        long duplicates,
        int lostExplained,
        int silentlyLost) {
    /** A fault, how long it took to notice it, and from then on how long to be connected again. */
    record Row(String fault, Duration toDetect, Duration toReconnect) {}

    /** A post that should have been delivered. */
    record Matched(long id, Instant createdAt) {}

    static List<Matched> matched(List<ExpectedPost> due) {
        return due.stream()
                .map(post -> new Matched(post.id(), post.createdAt()))
                .toList();
    }

    static DemoReport of(List<Row> rows, List<Gap> gaps, List<Matched> matched, Set<Long> delivered, long duplicates) {
        int arrived = 0;
        int explained = 0;
        for (Matched post : matched) {
            if (delivered.contains(post.id())) arrived++;
            else if (isCalledLost(gaps, post.createdAt())) explained++;
        }
        int silent = matched.size() - arrived - explained;
        return new DemoReport(rows, gaps, matched.size(), arrived, duplicates, explained, silent);
    }

    private static boolean isCalledLost(List<Gap> gaps, Instant created) {
        return gaps.stream().flatMap(gap -> gap.lost().stream()).anyMatch(part -> part.span()
                .contains(created));
    }

    /** Both acts in one account. */
    DemoReport and(DemoReport other) {
        List<Row> allRows = new ArrayList<>(rows);
        allRows.addAll(other.rows);
        List<Gap> allGaps = new ArrayList<>(gaps);
        allGaps.addAll(other.gaps);
        return new DemoReport(
                allRows,
                allGaps,
                matched + other.matched,
                delivered + other.delivered,
                duplicates + other.duplicates,
                lostExplained + other.lostExplained,
                silentlyLost + other.silentlyLost);
    }

    void print(PrintStream out) {
        out.println();
        out.printf("%-20s %12s %14s%n", "fault", "detected in", "reconnected in");
        for (Row row : rows) {
            out.printf("%-20s %9d ms %11d ms%n", row.fault, row.toDetect.toMillis(), row.toReconnect.toMillis());
        }
        out.println();
        out.printf("%-12s %-45s %9s  %s%n", "outage", "methods", "recovered", "verdict");
        gaps.stream().sorted(Comparator.comparing(Gap::lastSignalAt)).forEach(gap -> print(gap, out));
        out.println();
        out.println("matched: " + matched);
        out.println("delivered: " + delivered);
        out.println("duplicates: " + duplicates);
        out.println("lost, explained: " + lostExplained);
        out.println("silently lost: " + silentlyLost);
    }

    private static void print(Gap gap, PrintStream out) {
        Duration length =
                Duration.between(gap.lastSignalAt(), gap.reconnectedAt().orElse(gap.detectedAt()));
        String methods = gap.steps().stream()
                .filter(run -> run.state() != StepRun.State.FAILED)
                .collect(Collectors.groupingBy(run -> run.step().method(), Collectors.counting()))
                .entrySet()
                .stream()
                .sorted(Comparator.comparing(entry -> entry.getKey()))
                .map(entry -> entry.getValue() + " " + entry.getKey())
                .collect(Collectors.joining(", "));
        String lost = gap.lost().stream()
                .map(DemoReport::describe)
                .distinct()
                .limit(2)
                .collect(Collectors.joining("; "));
        out.printf(
                "%-12s %-45s %9d  %s%s%n",
                Text.duration(length),
                methods,
                gap.recovered(),
                gap.verdict(),
                lost.isEmpty() ? "" : " (" + lost + ")");
    }

    private static String describe(LostSpan part) {
        return part.span().from().truncatedTo(ChronoUnit.MINUTES) + " to "
                + part.span().until().truncatedTo(ChronoUnit.MINUTES) + ": " + part.reason();
    }
}
