package io.gapless.cli;

import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.function.IntPredicate;

/**
 * What surrounds the program: environment, input and output. Posts and answers go to {@link #out}, all else to {@link
 * #err}. No record, since a record would print the environment, and with it the token.
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
     * Surrounds a program.
     *
     * @param colours whether standard output can show colours
     * @param terminal whether the output of this number, 1 or 2, is a terminal
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

    /** Standard input. */
    InputStream in() {
        return in;
    }

    /** For people. */
    PrintStream out() {
        return out;
    }

    /** The same, unbuffered, and unlike a print stream it throws when it cannot be written. */
    OutputStream rawOut() {
        return rawOut;
    }

    PrintStream err() {
        return err;
    }

    /** Whether a person reads standard output. May start a process, so it is asked once. */
    boolean outIsTerminal() {
        return terminal.test(1);
    }

    /** Whether a person reads standard error. May start a process, so it is asked once. */
    boolean errIsTerminal() {
        return terminal.test(2);
    }

    /**
     * Whether to use colours: on a terminal, unless the user does not want them.
     *
     * @see <a href="https://no-color.org">NO_COLOR</a>
     */
    boolean hasColours() {
        return colours && environment.getOrDefault("NO_COLOR", "").isEmpty();
    }
}
