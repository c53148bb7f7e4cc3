package io.gapless.cli;

import java.io.PrintStream;
import java.util.List;

/** Standard error with lines that stay at its bottom, on a terminal, and are written over. The monitor guards them. */
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

    /** Changes the lines at the bottom; an empty list removes them. */
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
