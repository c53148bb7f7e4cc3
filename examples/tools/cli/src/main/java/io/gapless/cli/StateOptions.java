package io.gapless.cli;

import io.gapless.recovery.ledger.StateException;
import io.gapless.recovery.state.SharedState;
import io.gapless.recovery.state.StateClient;
import io.gapless.recovery.state.StateDirectory;
import io.gapless.stream.seam.Seams;
import io.gapless.stream.seam.Time;
import java.nio.file.Path;
import java.time.Duration;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/**
 * Holds the options that name a state, for every command that reads one. A stream may be running or not, on this host or
 * on another one.
 */
final class StateOptions {
    /**
     * The lease by which a client bounds its statements. A client holds no lease, so it can wait longer than a stream:
     * one statement may read a long ledger.
     */
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    @Option(
            names = "--state",
            required = true,
            paramLabel = "DIR|URL",
            converter = StatePlaceConverter.class,
            description = "The state directory of 'gapless consume' or of another program; or the JDBC URL of the"
                    + " PostgreSQL that holds the state for several hosts.")
    private StatePlace place = new StatePlace.Directory(Path.of(""));

    @Mixin
    private final SharedStateOptions shared;

    StateOptions(Shell shell) {
        this.shared = new SharedStateOptions(shell);
    }

    /**
     * Opens the state for reading and for requests.
     *
     * @throws CliException if options are missing or too many, or if the database does not answer
     * @throws StateException if there is no state, or if it cannot be used
     */
    StateClient client() {
        Time time = Seams.system().time();
        if (place instanceof StatePlace.Database database) return client(database, time);
        shared.checkUnused();
        return StateDirectory.client(((StatePlace.Directory) place).path(), time);
    }

    private StateClient client(StatePlace.Database database, Time time) {
        SharedState state = BuilderSettings.checked(
                () -> new SharedState(shared.source(database), shared.stream(), PATIENCE, time));
        try {
            return state.client();
        } catch (StateException e) {
            if (e.reason() != StateException.Reason.UNWRITABLE) throw e;
            throw new CliException(ExitCode.TRY_LATER, Text.line(String.valueOf(e.getMessage())), e);
        }
    }

    /** Returns the options that name this state, for a hint. */
    String arguments() {
        return "--state " + place + (place instanceof StatePlace.Database ? " --stream " + shared.stream() : "");
    }

    @Override
    public String toString() {
        return place instanceof StatePlace.Database ? shared.stream() + " in " + place : place.toString();
    }
}
