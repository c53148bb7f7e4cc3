package io.gapless.cli;

import io.gapless.recovery.outbox.OutboxClient;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Asks the sender to send quarantined records again. */
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

    @Mixin
    private final QuarantineChoice records = new QuarantineChoice();

    SendResendCommand(Shell shell) {
        this.shell = shell;
    }

    @Override
    public Integer call() {
        return records.act(
                        shell,
                        outbox,
                        OutboxClient::resendAll,
                        OutboxClient::resend,
                        "The next interval sends %s again.")
                .status();
    }
}
