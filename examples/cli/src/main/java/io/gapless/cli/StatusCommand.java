package io.gapless.cli;

import io.gapless.recovery.state.StateVisitor;
import java.time.Instant;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** How the stream on a state directory is doing. */
@Command(
        name = "status",
        description = {
            "Tells how the stream on a state directory is doing.",
            "Status 0 if it is healthy; 1 if it is degraded: gaps are open, posts were given up, or the handler is down; 4"
                    + " if X lets nothing through, no process owns the directory, or its frontier is older than a minute."
        })
final class StatusCommand implements Callable<Integer> {
    private final Shell shell;

    @Mixin
    private final StateOptions state = new StateOptions();

    @Option(names = "--json", description = "One line for programs.")
    private boolean json;

    StatusCommand(Shell shell) {
        this.shell = shell;
    }

    @Override
    public Integer call() {
        StateStatus status;
        try (StateVisitor visitor = state.visit()) {
            status = StateStatus.read(visitor, Instant.now());
        }
        if (json) shell.out().println(status.json());
        else status.lines(shell.hasColours()).forEach(shell.out()::println);
        return status.condition().exitCode().status();
    }
}
