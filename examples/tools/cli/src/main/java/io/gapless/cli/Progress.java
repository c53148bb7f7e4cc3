package io.gapless.cli;

import java.time.Duration;
import java.time.Instant;

/**
 * Draws a progress bar for a long backlog. On a terminal, each new bar overwrites the last one. Immutable.
 *
 * @param began when the first record of the backlog was sent
 * @param done the number of records that were acknowledged or quarantined
 * @param total the number of records in the backlog
 */
record Progress(Instant began, long done, long total) {
    private static final int WIDTH = 30;

    /** Clears the terminal's current line, so that the next text overwrites it. */
    static final String CLEAR = "\r\u001b[K";

    Progress plus(long records) {
        return new Progress(began, Math.min(total, done + records), total);
    }

    boolean isOver() {
        return done >= total;
    }

    /**
     * Returns the bar with its numbers: {@code [#######-----------------------] 23 %  230,000 of 1,000,000, 24,100/s,
     * 32.0 s left}.
     */
    String line(Instant now) {
        String line = bar(done, total) + "  " + Text.number(done) + " of " + Text.number(total);
        long millis = Duration.between(began, now).toMillis();
        if (millis <= 0 || done == 0) return line;
        Duration left = Duration.ofMillis((total - done) * millis / done);
        return line + ", %s/s, %s left".formatted(Text.number(done * 1_000 / millis), Text.duration(left));
    }

    /** Returns the bar alone: {@code [#######-----------------------] 23 %}. */
    static String bar(long done, long total) {
        int filled = (int) (WIDTH * done / total);
        return "[" + "#".repeat(filled) + "-".repeat(WIDTH - filled) + "] " + 100 * done / total + " %";
    }
}
