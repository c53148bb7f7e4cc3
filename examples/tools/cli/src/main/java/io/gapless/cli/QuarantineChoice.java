package io.gapless.cli;

import io.gapless.recovery.outbox.OutboxClient;
import java.util.List;
import java.util.function.BiFunction;
import java.util.function.Function;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Chooses the quarantined records that a command applies to: those with the given numbers, or all. */
final class QuarantineChoice {
    @Option(names = "--all", description = "All quarantined records, instead of numbers.")
    private boolean all;

    @Parameters(
            paramLabel = "NUMBER",
            arity = "0..*",
            description = "The number of a record in 'gapless send quarantine'.")
    private List<Long> numbers = List.of();

    /**
     * Applies an action to the chosen records, and prints their number.
     *
     * @param done the text to print, with {@code %s} for the number of records
     * @return {@link ExitCode#USAGE} if a number does not belong to a quarantined record; otherwise {@link ExitCode#OK}
     */
    ExitCode act(
            Shell shell,
            OutboxOptions outbox,
            Function<OutboxClient, Integer> toAll,
            BiFunction<OutboxClient, List<Long>, Integer> toThese,
            String done) {
        if (all != numbers.isEmpty())
            throw CliException.usage("Give the numbers that 'gapless send quarantine' prints, or --all.");
        int count;
        try (OutboxClient client = outbox.client()) {
            count = all ? toAll.apply(client) : toThese.apply(client, numbers);
        }
        shell.out().println(done.formatted(Text.counted(count, "record")));
        int unknown = numbers.size() - count;
        if (all || unknown == 0) return ExitCode.OK;
        shell.err()
                .println("gapless: No quarantined record has "
                        + (unknown == 1 ? "one of these numbers." : unknown + " of these numbers."));
        return ExitCode.USAGE;
    }
}
