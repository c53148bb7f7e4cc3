package io.gapless.cli;

import io.gapless.recovery.state.StateVisitor;
import io.gapless.recovery.state.StoreRequest;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Has all dead letters handed over again. */
@Command(
        name = "retry-dead-letters",
        description = "Asks the running stream to hand all dead letters to its handler again. Those that it handles are"
                + " dead letters no more.")
final class RetryDeadLettersCommand implements Callable<Integer> {
    private final Shell shell;

    @Mixin
    private final OwnerRequest owner;

    RetryDeadLettersCommand(Shell shell) {
        this.shell = shell;
        this.owner = new OwnerRequest(shell);
    }

    @Override
    public Integer call() throws InterruptedException {
        try (StateVisitor visitor = owner.visit()) {
            if (visitor.deadLetterCount() == 0) {
                shell.out().println("There is no dead letter.");
                return ExitCode.OK.status();
            }
            return owner.ask(visitor, StoreRequest.Kind.RETRY_DEAD_LETTERS, "{}")
                    .status();
        }
    }
}
