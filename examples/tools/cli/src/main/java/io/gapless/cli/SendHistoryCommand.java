package io.gapless.cli;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.gapless.recovery.outbox.OutboxClient;
import io.gapless.recovery.outbox.SentInterval;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Lists what was sent. */
@Command(
        name = "history",
        header = "List what was sent, and when it was acknowledged.",
        description =
                "Prints the collected intervals, newest first: their records and batches, the endpoint's last answer,"
                        + " and when everything was acknowledged. They are kept for 400 days.",
        footer = {"", "Example:", "  gapless send history --state out --limit 7"})
final class SendHistoryCommand implements Callable<Integer> {
    private static final int LIMIT_MAX = 100_000;

    private final Shell shell;

    @Mixin
    private final OutboxOptions outbox = new OutboxOptions();

    @Option(
            names = "--limit",
            paramLabel = "N",
            defaultValue = "100",
            description = "The most intervals to print (default: ${DEFAULT-VALUE}).")
    private int limit = 100;

    @Option(names = "--json", description = "Print a JSON array with one interval a line.")
    private boolean json;

    SendHistoryCommand(Shell shell) {
        this.shell = shell;
    }

    @Override
    public Integer call() {
        if (limit < 1 || limit > LIMIT_MAX)
            throw CliException.usage("--limit: " + limit + " is outside 1 to " + LIMIT_MAX + ".");
        List<SentInterval> history;
        try (OutboxClient client = outbox.client()) {
            history = client.history(limit);
        }
        if (json) {
            shell.out()
                    .println(history.stream()
                            .map(SendHistoryCommand::json)
                            .collect(Collectors.joining(",\n", "[", "]")));
        } else {
            shell.out().println(history.isEmpty() ? "No interval was collected yet." : table(history));
        }
        return ExitCode.OK.status();
    }

    private static Table table(List<SentInterval> history) {
        Table table = new Table(
                "INTERVAL",
                "FROM",
                "UNTIL",
                "BATCHES",
                "RECORDS",
                "ACKNOWLEDGED",
                "QUARANTINED",
                "SKIPPED",
                "DONE AT",
                "ANSWER");
        for (SentInterval interval : history)
            table.row(
                    String.valueOf(interval.id()),
                    beginning(interval),
                    GapTable.moment(interval.until()),
                    String.valueOf(interval.batches()),
                    String.valueOf(interval.records()),
                    String.valueOf(interval.acknowledged()),
                    String.valueOf(interval.quarantined()),
                    skipped(interval),
                    interval.acknowledgedAt().map(GapTable::moment).orElse("not yet"),
                    interval.answer());
        return table;
    }

    private static String skipped(SentInterval interval) {
        if (interval.older() == 0) return interval.unchanged() + " unchanged";
        return interval.unchanged() + " unchanged, " + interval.older() + " older";
    }

    private static String beginning(SentInterval interval) {
        return interval.from().equals(Instant.MIN) ? "the beginning" : GapTable.moment(interval.from());
    }

    private static String json(SentInterval interval) {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        json.put("id", interval.id());
        json.put(
                "from",
                interval.from().equals(Instant.MIN) ? null : interval.from().toString());
        json.put("until", interval.until().toString());
        json.put("collectedAt", interval.collectedAt().toString());
        json.put("batches", interval.batches());
        json.put("records", interval.records());
        json.put("acknowledged", interval.acknowledged());
        json.put("quarantined", interval.quarantined());
        json.put("unchanged", interval.unchanged());
        json.put("older", interval.older());
        json.put("answer", interval.answer());
        json.put(
                "acknowledgedAt",
                interval.acknowledgedAt().map(Instant::toString).orElse(null));
        return json.toString();
    }
}
