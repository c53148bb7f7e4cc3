package io.gapless.cli;

import io.gapless.recovery.outbox.OutboxVisitor;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Has records that were set aside sent again. */
@Command(
        name = "resend",
        description = "Has records that were set aside sent again with the next interval. One of which a newer version"
                + " has come since is dropped then.")
final class SendResendCommand implements Callable<Integer> {
    private final Shell shell;

    @Mixin
    private final OutboxOptions outbox = new OutboxOptions();

    @Option(names = "--all", description = "All of them.")
    private boolean all;

    @Parameters(paramLabel = "NUMBER", arity = "0..*", description = "As 'gapless send quarantine' prints it.")
    private List<Long> numbers = List.of();

    SendResendCommand(Shell shell) {
        this.shell = shell;
    }

    @Override
    public Integer call() {
        if (all != numbers.isEmpty())
            throw CliException.usage("Say which: numbers that 'gapless send quarantine' prints, or --all.");
        int count;
        try (OutboxVisitor visitor = outbox.visit()) {
            count = all ? visitor.resendAll() : visitor.resend(numbers);
        }
        shell.out().println(count + (count == 1 ? " record goes" : " records go") + " with the next interval.");
        boolean found = all || count == numbers.size();
        if (!found) shell.err().println("gapless: " + (numbers.size() - count) + " of these numbers are not there.");
        return (found ? ExitCode.OK : ExitCode.USAGE).status();
    }
}
