package io.gapless.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.gapless.recovery.outbox.OutboxClient;
import io.gapless.recovery.outbox.SenderStatus;
import io.gapless.recovery.outbox.SenderStatus.Failure;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Prints the status of a sender. */
@Command(
        name = "status",
        header = "Show how far sending has come.",
        description = {
            "Prints how far sending has come, and what is wrong. Works while 'gapless send' is running, and afterwards.",
            "Status 1 if an acknowledgement is overdue, the endpoint or the source failed last, records are quarantined, or"
                    + " nothing runs although a schedule was started or batches wait."
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
        try (OutboxClient client = outbox.client()) {
            status = client.status();
            owner = client.owner();
        }
        List<String> problems = problems(status, owner.isPresent(), Instant.now());
        String text = json
                ? json(status, owner, problems)
                : table(status, owner, problems).toString();
        shell.out().println(text);
        return (problems.isEmpty() ? ExitCode.OK : ExitCode.FOUND).status();
    }

    /** Returns the sender's problems that need a person's attention, the worst first. */
    private static List<String> problems(SenderStatus status, boolean runs, Instant now) {
        List<String> problems = new ArrayList<>();
        if (status.isLate(now)) problems.add("late");
        if (status.failure().isPresent()) problems.add("endpoint failing");
        if (status.sourceFailure().isPresent()) problems.add("source failing");
        if (!runs && status.nextSlot().isPresent()) problems.add("not running");
        else if (!runs && status.waitingBatches() > 0) problems.add("batches waiting");
        if (status.quarantined() > 0) problems.add("records quarantined");
        return problems;
    }

    private static String failure(Optional<Failure> failure) {
        return failure.map(last -> GapTable.moment(last.at()) + "  " + Text.line(last.why()))
                .orElse("none");
    }

    private static Table table(SenderStatus status, OptionalLong owner, List<String> problems) {
        Table table = new Table("condition", problems.isEmpty() ? "healthy" : String.join(", ", problems));
        table.row("owner", owner.isPresent() ? "process " + owner.getAsLong() : "none");
        if (!status.endpoint().isEmpty()) table.row("endpoint", status.endpoint());
        if (!status.source().isEmpty()) table.row("source", status.source());
        table.row("endpoint's error", failure(status.failure()));
        table.row("source's error", failure(status.sourceFailure()));
        status.nextTry().ifPresent(at -> table.row("next try", GapTable.moment(at)));
        status.nextSlot().ifPresent(at -> table.row("next slot", GapTable.moment(at)));
        status.lateAt().ifPresent(at -> table.row("late from", GapTable.moment(at)));
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
        return moment.map(GapTable::moment).orElse("never");
    }

    private static String json(SenderStatus status, OptionalLong owner, List<String> problems) {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        json.put("healthy", problems.isEmpty());
        ArrayNode found = json.putArray("problems");
        problems.forEach(found::add);
        json.put("endpoint", status.endpoint());
        json.put("source", status.source());
        put(json, "failure", status.failure());
        put(json, "sourceFailure", status.sourceFailure());
        json.put("nextTry", status.nextTry().map(Instant::toString).orElse(null));
        json.put("nextSlot", status.nextSlot().map(Instant::toString).orElse(null));
        json.put("lateAt", status.lateAt().map(Instant::toString).orElse(null));
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

    private static void put(ObjectNode json, String name, Optional<Failure> failure) {
        if (failure.isEmpty()) json.putNull(name);
        else
            json.putObject(name)
                    .put("at", failure.get().at().toString())
                    .put("why", failure.get().why());
    }
}
