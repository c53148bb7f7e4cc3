package io.gapless.cli;

import java.io.PrintStream;
import java.util.List;

/**
 * Prints lines on standard error above a block of lines that stay at the bottom of a terminal. The monitor guards the
 * block.
 */
final class ErrorLines {
    private static final String UP_AND_CLEAR = "\u001b[1A\r\u001b[K";

    private final PrintStream err;
    private List<String> bottom = List.of();

    ErrorLines(PrintStream err) {
        this.err = err;
    }

    synchronized void println(String line) {
        clear();
        err.println(line);
        bottom.forEach(err::println);
    }

    /** Replaces the lines that stay at the bottom of the terminal. An empty list removes these lines. */
    synchronized void bottom(List<String> lines) {
        if (lines.equals(bottom)) return;
        clear();
        lines.forEach(err::println);
        bottom = lines;
    }

    private void clear() {
        err.print(UP_AND_CLEAR.repeat(bottom.size()));
        err.flush();
    }
}
