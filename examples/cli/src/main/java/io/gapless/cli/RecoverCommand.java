package io.gapless.cli;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.gapless.recovery.state.StateVisitor;
import io.gapless.recovery.state.StoreRequest;
import java.time.Instant;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Has posts recovered by hand. */
@Command(
        name = "recover",
        description = {
            "Asks the running stream to recover a span, or what stayed lost of a gap.",
            "What it costs is up to you: --max-recovered-posts begins anew for it. --dry-run tells the price first."
        })
final class RecoverCommand implements Callable<Integer> {
    @Mixin
    private final OwnerRequest owner;

    @Option(
            names = "--from",
            paramLabel = "INSTANT",
            converter = InstantConverter.class,
            description = "The first moment, in X's time, such as 2026-03-01T12:00:00Z.")
    private @Nullable Instant from;

    @Option(
            names = "--until",
            paramLabel = "INSTANT",
            converter = InstantConverter.class,
            description = "The first moment after it.")
    private @Nullable Instant until;

    @Option(names = "--gap", paramLabel = "ID", description = "The gap, by its number in 'gapless gaps'.")
    private @Nullable Long gap;

    @Option(names = "--dry-run", description = "Print plan and price, and recover nothing.")
    private boolean dryRun;

    RecoverCommand(Shell shell) {
        this.owner = new OwnerRequest(shell);
    }

    @Override
    public Integer call() throws InterruptedException {
        String arguments = arguments();
        try (StateVisitor visitor = owner.visit()) {
            if (gap != null && (gap < 1 || gap > visitor.remembered().lastGapId())) {
                throw CliException.usage("There is no gap " + gap + "; 'gapless gaps' lists them.");
            }
            return owner.ask(visitor, StoreRequest.Kind.RECOVER, arguments).status();
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
            throw CliException.usage("Say what to recover: either --from and --until, or --gap.");
        }
        return json.put("dryRun", dryRun).toString();
    }
}
