package io.gapless.cli;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.gapless.recovery.state.StateClient;
import io.gapless.recovery.state.StoreRequest;
import java.time.Instant;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Asks the running stream to recover a span, or the rest of a gap. */
@Command(
        name = "recover",
        header = "Recover a span, or the rest of a gap, by hand.",
        description = {
            "Asks the running stream to recover a span, or what a gap has lost.",
            "--max-recovered-posts of the stream does not limit it. --dry-run prints the plan and the price first."
        },
        footer = {
            "",
            "Examples:",
            "  gapless recover --state state --gap 7 --dry-run",
            "  gapless recover --state state --from 2026-11-30 --until 2h",
            "",
            "FROM and UNTIL can be " + InstantConverter.FORMS
        })
final class RecoverCommand implements Callable<Integer> {
    @Mixin
    private final OwnerRequest owner;

    @Option(
            names = "--from",
            paramLabel = "FROM",
            converter = InstantConverter.class,
            description = "Where the span begins, in X's time.")
    private @Nullable Instant from;

    @Option(
            names = "--until",
            paramLabel = "UNTIL",
            converter = InstantConverter.class,
            description = "Where the span ends, exclusive.")
    private @Nullable Instant until;

    @Option(names = "--gap", paramLabel = "ID", description = "The number of the gap in 'gapless gaps'.")
    private @Nullable Long gap;

    @Option(names = "--dry-run", description = "Print the plan and the price, and recover nothing.")
    private boolean dryRun;

    RecoverCommand(Shell shell) {
        this.owner = new OwnerRequest(shell);
    }

    @Override
    public Integer call() throws InterruptedException {
        String arguments = arguments();
        try (StateClient client = owner.client()) {
            if (gap != null && (gap < 1 || gap > client.remembered().lastGapId())) {
                throw CliException.usage("There is no gap " + gap + "; 'gapless gaps' lists all gaps.");
            }
            return owner.ask(client, StoreRequest.Kind.RECOVER, arguments).status();
        }
    }

    private String arguments() {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        if (gap != null && from == null && until == null) {
            json.put("gap", gap);
        } else if (gap == null && from != null && until != null) {
            if (!from.isBefore(until))
                throw CliException.usage("--from " + from + " is not before --until " + until + ".");
            json.put("from", from.toString()).put("until", until.toString());
        } else {
            throw CliException.usage("Give either --from and --until, or --gap.");
        }
        return json.put("dryRun", dryRun).toString();
    }
}
