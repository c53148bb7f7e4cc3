package io.gapless.cli;

import io.gapless.recovery.state.StateClient;
import java.time.Instant;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Prints the status of the stream of a state. */
@Command(
        name = "status",
        header = "Show whether the stream on a state is healthy.",
        description = {
            "Shows how the stream on a state is doing. Works while the stream is running, and afterwards. If hosts share the"
                    + " state, any host may ask; the owner is the process that holds the stream, with its term.",
            "Status 0 if it is healthy. Status 1 if it is degraded: no connection is up, gaps are open, there are dead letters,"
                    + " or the handler is down. Status 4 if it is stale or parked: no process owns the state, no signal has come for a"
                    + " minute, the account has no credits, or its usage cap is reached."
        },
        footer = {
            "",
            "Examples:",
            "  gapless status --state state",
            "  gapless status --state state --json",
            "  gapless status --state jdbc:postgresql://db.example.com/app --stream cats"
        })
final class StatusCommand implements Callable<Integer> {
    private final Shell shell;

    @Mixin
    private final StateOptions state;

    @Option(names = "--json", description = "Print one line of JSON.")
    private boolean json;

    StatusCommand(Shell shell) {
        this.shell = shell;
        this.state = new StateOptions(shell);
    }

    @Override
    public Integer call() {
        StateStatus status;
        try (StateClient client = state.client()) {
            status = StateStatus.read(client, Instant.now());
        }
        if (json) shell.out().println(status.json());
        else status.lines(shell.hasColours()).forEach(shell.out()::println);
        return StateStatus.exitCode(status.condition()).status();
    }
}
