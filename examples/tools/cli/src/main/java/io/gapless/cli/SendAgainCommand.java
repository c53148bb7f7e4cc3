package io.gapless.cli;

import io.gapless.recovery.outbox.OutboxClient;
import java.time.Instant;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Asks the sender to send the rows of a span of time again. */
@Command(
        name = "again",
        header = "Send the rows of a span again.",
        description = {
            "Has the rows that changed in a span collected and sent again with the next interval, whatever was"
                    + " acknowledged of them: for an endpoint that has lost data, or was not the right one.",
            "Only for --from-jdbc: posts are deleted when they are acknowledged."
        },
        footer = {"", "Example:", "  gapless send again --state out --from 2026-11-28 --until 2026-11-29"})
final class SendAgainCommand implements Callable<Integer> {
    private final Shell shell;

    @Mixin
    private final OutboxOptions outbox = new OutboxOptions();

    @Option(
            names = "--from",
            required = true,
            paramLabel = "WHEN",
            converter = InstantConverter.class,
            description = "The first moment:%n" + InstantConverter.FORMS)
    private Instant from = Instant.EPOCH;

    @Option(
            names = "--until",
            required = true,
            paramLabel = "WHEN",
            converter = InstantConverter.class,
            description = "The first moment that is not sent.")
    private Instant until = Instant.EPOCH;

    SendAgainCommand(Shell shell) {
        this.shell = shell;
    }

    @Override
    public Integer call() {
        try (OutboxClient client = outbox.client()) {
            BuilderSettings.checked(() -> {
                client.sendAgain(from, until);
                return client;
            });
        }
        shell.out().println("The next interval sends again what changed from " + from + " until " + until + ".");
        return ExitCode.OK.status();
    }
}
