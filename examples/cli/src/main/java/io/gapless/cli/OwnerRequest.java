package io.gapless.cli;

import io.gapless.recovery.state.StateVisitor;
import io.gapless.recovery.state.StoreRequest;
import java.time.Duration;
import java.util.Optional;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Options of the commands that have something done by the stream that is running on a state directory. */
final class OwnerRequest {
    private final Shell shell;

    @Mixin
    private final StateOptions state = new StateOptions();

    @Option(
            names = "--wait",
            paramLabel = "TIME",
            defaultValue = "30s",
            converter = DurationConverter.class,
            description = "How long to wait for the running stream's answer (default: ${DEFAULT-VALUE}).")
    private Duration wait = Duration.ofSeconds(30);

    OwnerRequest(Shell shell) {
        this.shell = shell;
    }

    StateVisitor visit() {
        return state.visit();
    }

    /** Leaves a request, and prints what the owner answers. */
    ExitCode ask(StateVisitor visitor, StoreRequest.Kind kind, String arguments) throws InterruptedException {
        long id = visitor.request(kind, arguments);
        Optional<String> owner = state.owner();
        Optional<String> answer = visitor.answer(id, owner.isEmpty() ? Duration.ZERO : wait);
        if (answer.isPresent()) {
            shell.out().println(Text.line(answer.get()));
            return ExitCode.OK;
        }
        shell.err().println("gapless: " + (owner.isEmpty() ? nobody(id) : silent(id, owner.get())));
        return ExitCode.TRY_LATER;
    }

    private String nobody(long id) {
        return "No stream is running on " + state + ". Request " + id + " waits there for the next one: start it with"
                + " 'gapless consume --state " + state + "', or start the program that owns the directory.";
    }

    private String silent(long id, String owner) {
        return "Process " + owner + " has not answered request " + id + " within " + Text.duration(wait)
                + ". The request stays; 'gapless status --state " + state + "' tells whether it still waits.";
    }
}
