package io.gapless.cli;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.gapless.recovery.outbox.OutboxClient;
import io.gapless.recovery.outbox.QuarantinedRecord;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Lists the quarantined records, and discards them on request. */
@Command(
        name = "quarantine",
        header = "List the records that the endpoint refused.",
        description =
                "Prints the quarantined records, oldest first: those that the endpoint refused, and those that"
                        + " could not be read or encoded. 'gapless send resend' sends them again, 'discard' removes them. Status 1 if there are any.",
        footer = {"", "Example:", "  gapless send quarantine --state out"})
final class SendQuarantineCommand implements Callable<Integer> {
    private static final int SHOWN_MAX = 1_000;

    private final Shell shell;

    @Option(
            names = "--state",
            paramLabel = "DIR",
            description = "The state directory of 'gapless send' or of another program.")
    private @Nullable Path state;

    @Option(
            names = "--json",
            description = "Print a JSON array with one record a line. Its \"text\" is what would be sent, in a string.")
    private boolean json;

    static CommandLine withSubcommands(Shell shell) {
        return new CommandLine(new SendQuarantineCommand(shell)).addSubcommand(new SendDiscardCommand(shell));
    }

    private SendQuarantineCommand(Shell shell) {
        this.shell = shell;
    }

    @Override
    public Integer call() {
        List<QuarantinedRecord> records;
        long count;
        if (state == null) throw CliException.usage("Missing required option: '--state=DIR'");
        try (OutboxClient client = OutboxClient.open(state)) {
            records = client.quarantined(SHOWN_MAX);
            count = client.status().quarantined();
        }
        if (json) {
            shell.out()
                    .println(records.stream()
                            .map(SendQuarantineCommand::json)
                            .collect(Collectors.joining(",\n", "[", "]")));
        } else {
            shell.out().println(records.isEmpty() ? "No quarantined records." : table(records));
        }
        if (count > records.size())
            shell.err().println(Text.counted(count - records.size(), "newer record") + " not shown.");
        return (records.isEmpty() ? ExitCode.OK : ExitCode.FOUND).status();
    }

    private static Table table(List<QuarantinedRecord> records) {
        Table table = new Table("NUMBER", "RECORD", "LAST MODIFIED", "QUARANTINED AT", "RESEND", "REASON");
        for (QuarantinedRecord record : records)
            table.row(
                    String.valueOf(record.number()),
                    record.id(),
                    record.lastModified().map(GapTable::moment).orElse("unknown"),
                    GapTable.moment(record.at()),
                    record.resending() ? "next interval" : "no",
                    record.reason());
        return table;
    }

    private static String json(QuarantinedRecord record) {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        json.put("number", record.number());
        json.put("id", record.id());
        json.put("lastModified", record.lastModified().map(Instant::toString).orElse(null));
        json.put("at", record.at().toString());
        json.put("resending", record.resending());
        json.put("reason", record.reason());
        json.put("text", record.text());
        return json.toString();
    }
}
