package io.gapless.cli;

import io.gapless.recovery.ledger.Gap;
import io.gapless.recovery.state.GapJson;
import io.gapless.recovery.state.StateClient;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
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
        footer = {
            "",
            "Examples:",
            "  gapless gaps --state state",
            "  gapless gaps --state state --since 2h --wide",
            "  gapless gaps --state state --since 30d --svg gaps.svg"
        })
final class GapsCommand implements Callable<Integer> {
    /** The largest number of gaps that are read. A state directory never keeps as many. */
    private static final int GAPS_MAX = 200_000;

    private static final Path STANDARD_OUTPUT = Path.of("-");

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

    @Option(
            names = "--svg",
            paramLabel = "FILE",
            description = "Draw the gaps as a timeline, as a picture in SVG for a report; - is standard output.")
    private @Nullable Path svg;

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
        if (svg != null) {
            draw(gaps, svg);
        } else if (json) {
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

    private void draw(List<Gap> gaps, Path file) {
        String picture = GapsPicture.of(gaps, Instant.now());
        if (file.equals(STANDARD_OUTPUT)) {
            shell.out().print(picture);
            return;
        }
        if (Files.isDirectory(file)) throw CliException.usage("--svg: " + file + " is a directory. Name a file.");
        try {
            Files.writeString(file, picture);
        } catch (IOException e) {
            throw new CliException(
                    ExitCode.OUTPUT_FAILED,
                    Text.line("The picture cannot be written: " + e + ". Check the folder and the disk."),
                    e);
        }
        shell.out().println(Text.counted(gaps.size(), "gap") + " drawn in " + file);
    }
}
