package io.gapless.cli;

import io.gapless.recovery.outbox.OutboxClient;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Removes quarantined records. */
@Command(
        name = "discard",
        header = "Remove quarantined records.",
        description =
                "Removes records from the quarantine. They are never sent, unless the source changes them. This cannot be"
                        + " undone.",
        footer = {
            "",
            "Examples:",
            "  gapless send quarantine discard --state out 17 18",
            "  gapless send quarantine discard --state out --all"
        })
final class SendDiscardCommand implements Callable<Integer> {
    private final Shell shell;

    @Mixin
    private final OutboxOptions outbox = new OutboxOptions();

    @Mixin
    private final QuarantineChoice records = new QuarantineChoice();

    SendDiscardCommand(Shell shell) {
        this.shell = shell;
    }

    @Override
    public Integer call() {
        return records.act(
                        shell,
                        outbox,
                        OutboxClient::discardAll,
                        OutboxClient::discard,
                        "Removed from the quarantine: %s.")
                .status();
    }
}
