package io.gapless.cli;

import io.gapless.emulator.ExpectedPost;
import io.gapless.stream.Outage;
import java.io.PrintStream;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;

/**
 * What became of every post that the emulator should have delivered.
 *
 * @param rows a line per fault
 * @param matched posts that matched while the demo ran
 * @param delivered those of them that the handler got
 * @param duplicates posts that were received twice and handed over once
 * @param lostExplained posts that were created within a timed outage
 * @param silentlyLost posts that are missing without an explanation
 */
record DemoReport(List<Row> rows, int matched, int delivered, long duplicates, int lostExplained, int silentlyLost) {
    /** A post of the moment at which a connection broke may have been on its way. */
    private static final Duration IN_FLIGHT = Duration.ofMillis(500);

    /** A fault, how long it took to notice it, and from then on how long to be connected again. */
    record Row(String fault, Duration toDetect, Duration toReconnect) {}

    static DemoReport of(
            List<Row> rows, List<Outage> outages, List<ExpectedPost> matched, Set<Long> delivered, long duplicates) {
        int arrived = 0;
        int explained = 0;
        for (ExpectedPost post : matched) {
            if (delivered.contains(post.id())) arrived++;
            else if (isWithin(outages, post.createdAt())) explained++;
        }
        int silent = matched.size() - arrived - explained;
        return new DemoReport(rows, matched.size(), arrived, duplicates, explained, silent);
    }

    private static boolean isWithin(List<Outage> outages, Instant created) {
        return outages.stream()
                .anyMatch(outage -> !created.isBefore(outage.from().minus(IN_FLIGHT))
                        && !created.isAfter(outage.until().plus(IN_FLIGHT)));
    }

    void print(PrintStream out) {
        out.println();
        out.printf("%-20s %12s %14s%n", "fault", "detected in", "reconnected in");
        for (Row row : rows) {
            out.printf("%-20s %9d ms %11d ms%n", row.fault, row.toDetect.toMillis(), row.toReconnect.toMillis());
        }
        out.println();
        out.println("matched: " + matched);
        out.println("delivered: " + delivered);
        out.println("duplicates: " + duplicates);
        out.println("lost, explained: " + lostExplained);
        out.println("silently lost: " + silentlyLost);
    }
}
