package io.gapless.cli;

import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.function.IntPredicate;

/**
 * Provides the environment, the input and the output of the program. Posts and answers go to {@link #out}, everything
 * else to {@link #err}. This class is not a record, since a record's {@code toString} would print the environment with
 * the token that it may hold.
 */
final class Shell {
    private final Map<String, String> environment;
    private final InputStream in;
    private final OutputStream rawOut;
    private final PrintStream out;
    private final PrintStream err;
    private final boolean colours;
    private final IntPredicate terminal;

    /**
     * Creates a shell.
     *
     * @param colours whether standard output can show colours
     * @param terminal returns whether standard output (1) or standard error (2) is a terminal
     */
    Shell(
            Map<String, String> environment,
            InputStream in,
            OutputStream out,
            OutputStream err,
            boolean colours,
            IntPredicate terminal) {
        this.environment = Map.copyOf(environment);
        this.in = in;
        this.rawOut = out;
        this.out = new PrintStream(out, true, StandardCharsets.UTF_8);
        this.err = new PrintStream(err, true, StandardCharsets.UTF_8);
        this.colours = colours;
        this.terminal = terminal;
    }

    Map<String, String> environment() {
        return environment;
    }

    /** Returns standard input. */
    InputStream in() {
        return in;
    }

    /** Returns standard output, for people. */
    PrintStream out() {
        return out;
    }

    /**
     * Returns standard output without a buffer. Unlike a print stream, this stream throws an exception when a write
     * fails.
     */
    OutputStream rawOut() {
        return rawOut;
    }

    PrintStream err() {
        return err;
    }

    /** Returns whether standard output is a terminal. Call it once, since it may start a process. */
    boolean outIsTerminal() {
        return terminal.test(1);
    }

    /** Returns whether standard error is a terminal. Call it once, since it may start a process. */
    boolean errIsTerminal() {
        return terminal.test(2);
    }

    /**
     * Returns whether to use colours: on a terminal, unless the user has set NO_COLOR.
     *
     * @see <a href="https://no-color.org">NO_COLOR</a>
     */
    boolean hasColours() {
        return colours && environment.getOrDefault("NO_COLOR", "").isEmpty();
    }
}
