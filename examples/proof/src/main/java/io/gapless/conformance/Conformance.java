package io.gapless.conformance;

import io.gapless.receiver.Report;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Runs the command {@code conformance}: plays all rows of the conformance table, and prints the table. */
@Command(
        name = "conformance",
        mixinStandardHelpOptions = true,
        subcommands = MeasureCommand.class,
        description = "Plays each row of the conformance table against the library and prints it. Takes about 75 s;"
                + " needs no token and no network. Ends with 1 if a row fails.")
public final class Conformance implements Callable<Integer> {
    @Option(names = "--write", paramLabel = "FILE", description = "Also write the table as a Markdown page.")
    private @Nullable Path page;

    @Option(
            names = "--seconds",
            defaultValue = "20",
            description = "How long to watch faults that repeat (default: ${DEFAULT-VALUE}).")
    private int seconds;

    @Override
    public Integer call() throws InterruptedException, IOException {
        System.out.println("Playing the conformance table; some rows wait for more than a minute.");
        ConformanceTable table = ConformanceTable.play(
                Scenario.all(), Timing.real(Duration.ofSeconds(seconds)), row -> System.out.println(text(row)));
        System.out.println();
        System.out.println(table.markdown());
        if (page != null) Files.writeString(page, table.markdown());
        System.out.println(table.passes() ? "Every row passes." : "A row FAILED.");
        return table.passes() ? 0 : 1;
    }

    private static String text(ConformanceTable.Row row) {
        Report outcome = row.outcome();
        String line =
                (outcome.holds() ? "passed  " : "FAILED  ") + row.scenario().name() + ": " + outcome.title();
        return outcome.holds() ? line : line + "\n        expected: " + String.join("; ", outcome.misses());
    }
}
