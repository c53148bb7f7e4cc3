package io.gapless.cli;

import io.gapless.recovery.outbox.OutboxVisitor;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Has quarantined records sent again. */
@Command(
        name = "resend",
        header = "Send quarantined records again.",
        description =
                "Sends quarantined records again with the next interval. A record that has a newer version by then is"
                        + " dropped.",
        footer = {"", "Examples:", "  gapless send resend --state out 17 18", "  gapless send resend --state out --all"
        })
final class SendResendCommand implements Callable<Integer> {
    private final Shell shell;

    @Mixin
    private final OutboxOptions outbox = new OutboxOptions();

    @Option(names = "--all", description = "Send all of them again.")
    private boolean all;

    @Parameters(
            paramLabel = "NUMBER",
            arity = "0..*",
            description = "The number of a record in 'gapless send quarantine'.")
    private List<Long> numbers = List.of();

    SendResendCommand(Shell shell) {
        this.shell = shell;
    }

    @Override
    public Integer call() {
        if (all != numbers.isEmpty())
            throw CliException.usage("Give the numbers that 'gapless send quarantine' prints, or --all.");
        int count;
        try (OutboxVisitor visitor = outbox.visit()) {
            count = all ? visitor.resendAll() : visitor.resend(numbers);
        }
        shell.out().println("The next interval sends " + Text.counted(count, "record") + " again.");
        boolean found = all || count == numbers.size();
        int unknown = numbers.size() - count;
        if (!found)
            shell.err()
                    .println("gapless: No quarantined record has "
                            + (unknown == 1 ? "one of these numbers." : unknown + " of these numbers."));
        return (found ? ExitCode.OK : ExitCode.USAGE).status();
    }
}
