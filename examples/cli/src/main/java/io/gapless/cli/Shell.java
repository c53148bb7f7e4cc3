package io.gapless.cli;

import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/**
 * What surrounds the program: environment and output. Posts and answers go to {@link #out}, all else to {@link #err}.
 * No record, since a record would print the environment, and with it the token.
 */
final class Shell {
    private final Map<String, String> environment;
    private final OutputStream rawOut;
    private final PrintStream out;
    private final PrintStream err;
    private final boolean terminal;

    Shell(Map<String, String> environment, OutputStream out, OutputStream err, boolean terminal) {
        this.environment = Map.copyOf(environment);
        this.rawOut = out;
        this.out = new PrintStream(out, true, StandardCharsets.UTF_8);
        this.err = new PrintStream(err, true, StandardCharsets.UTF_8);
        this.terminal = terminal;
    }

    Map<String, String> environment() {
        return environment;
    }

    /** For people. */
    PrintStream out() {
        return out;
    }

    /** The same, unbuffered, and unlike a print stream it tells when it cannot be written. */
    OutputStream rawOut() {
        return rawOut;
    }

    PrintStream err() {
        return err;
    }

    /** Whether a person may be watching. */
    boolean isTerminal() {
        return terminal;
    }

    /**
     * Whether to use colours: on a terminal, unless the user does not want them.
     *
     * @see <a href="https://no-color.org">NO_COLOR</a>
     */
    boolean hasColours() {
        return terminal && environment.getOrDefault("NO_COLOR", "").isEmpty();
    }
}
