package io.gapless.cli;

import io.gapless.recovery.ledger.Gap;
import io.gapless.recovery.state.GapJson;
import io.gapless.recovery.state.StateClient;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Prints the ledger. */
@Command(
        name = "gaps",
        header = "List the gaps, how each was recovered, and what is lost.",
        description = {
            "Prints the ledger: each outage, how it was recovered, and what is lost or doubtful; newest first.",
            "Times are X's. Works while the stream is running, and afterwards."
        },
        footer = {"", "Examples:", "  gapless gaps --state state", "  gapless gaps --state state --since 2h --wide"})
final class GapsCommand implements Callable<Integer> {
    /** The largest number of gaps that are read. A state directory never keeps as many. */
    private static final int GAPS_MAX = 200_000;

    private final Shell shell;

    @Mixin
    private final StateOptions state;

    @Option(
            names = "--since",
            paramLabel = "WHEN",
            converter = InstantConverter.class,
            description = "Leave out gaps that ended before then:%n" + InstantConverter.FORMS)
    private Instant since = Instant.EPOCH;

    @Option(names = "--json", description = "An array for programs, with a gap a line.")
    private boolean json;

    @Option(names = "--wide", description = "Everything: each step, too; lines can be longer than 100 columns.")
    private boolean wide;

    GapsCommand(Shell shell) {
        this.shell = shell;
        this.state = new StateOptions(shell);
    }

    @Override
    public Integer call() {
        List<Gap> gaps;
        try (StateClient client = state.client()) {
            gaps = client.ledger(since, GAPS_MAX);
        }
        if (json) {
            shell.out().println(gaps.stream().map(GapJson::write).collect(Collectors.joining(",\n", "[", "]")));
        } else if (gaps.isEmpty()) {
            shell.out()
                    .println("There is no gap"
                            + (since.equals(Instant.EPOCH) ? "." : " that ended after " + since + "."));
        } else {
            List<String> lines = wide ? GapTable.wide(gaps, shell.hasColours()) : GapTable.of(gaps, shell.hasColours());
            lines.forEach(shell.out()::println);
        }
        return ExitCode.OK.status();
    }
}
