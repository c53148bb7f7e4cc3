package io.gapless.cli;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.gapless.recovery.outbox.OutboxVisitor;
import io.gapless.recovery.outbox.SenderStatus;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** How far a sender has come. */
@Command(
        name = "status",
        header = "Show how far sending has come.",
        description = {
            "Prints how far sending has come. Works while 'gapless send' is running, and afterwards.",
            "Status 1 if batches wait for an acknowledgement, or records are quarantined."
        },
        footer = {"", "Examples:", "  gapless send status --state out", "  gapless send status --state out --json"})
final class SendStatusCommand implements Callable<Integer> {
    private final Shell shell;

    @Mixin
    private final OutboxOptions outbox = new OutboxOptions();

    @Option(names = "--json", description = "Print one line of JSON.")
    private boolean json;

    SendStatusCommand(Shell shell) {
        this.shell = shell;
    }

    @Override
    public Integer call() {
        SenderStatus status;
        OptionalLong owner;
        try (OutboxVisitor visitor = outbox.visit()) {
            status = visitor.status();
            owner = visitor.owner();
        }
        String text = json ? json(status, owner) : table(status, owner).toString();
        shell.out().println(text);
        boolean all = status.waitingBatches() == 0 && status.quarantined() == 0;
        return (all ? ExitCode.OK : ExitCode.FOUND).status();
    }

    private static Table table(SenderStatus status, OptionalLong owner) {
        Table table = new Table("owner", owner.isPresent() ? "process " + owner.getAsLong() : "none");
        table.row("acknowledged until", moment(status.acknowledgedUntil()));
        table.row("collected until", moment(status.collectedUntil()));
        table.row("last acknowledged", moment(status.lastAcknowledgedAt()));
        table.row(
                "waiting",
                Text.counted(status.waitingRecords(), "record") + ", "
                        + (status.waitingBatches() == 1
                                ? "1 batch"
                                : Text.number(status.waitingBatches()) + " batches"));
        table.row("quarantined", Text.counted(status.quarantined(), "record"));
        table.row("on disk", Text.counted(status.diskBytes(), "byte"));
        return table;
    }

    private static String moment(Optional<Instant> moment) {
        // An outbox that was never read from a beginning has its mark there.
        return moment.filter(at -> at.isAfter(Instant.EPOCH))
                .map(GapTable::moment)
                .orElse("never");
    }

    private static String json(SenderStatus status, OptionalLong owner) {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        if (owner.isPresent()) json.put("ownerPid", owner.getAsLong());
        else json.putNull("ownerPid");
        json.put(
                "acknowledgedUntil",
                status.acknowledgedUntil().map(Instant::toString).orElse(null));
        json.put(
                "collectedUntil", status.collectedUntil().map(Instant::toString).orElse(null));
        json.put(
                "lastAcknowledgedAt",
                status.lastAcknowledgedAt().map(Instant::toString).orElse(null));
        json.put("waitingRecords", status.waitingRecords());
        json.put("waitingBatches", status.waitingBatches());
        json.put("quarantined", status.quarantined());
        json.put("diskBytes", status.diskBytes());
        return json.toString();
    }
}
