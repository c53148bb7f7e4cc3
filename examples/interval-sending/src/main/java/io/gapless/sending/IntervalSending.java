package io.gapless.sending;

import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.logging.LogManager;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Starts the program from the command line. */
@Command(
        name = "interval-sending",
        mixinStandardHelpOptions = true,
        description = "Sends the posts of a stream to a service that fails on purpose, and checks what arrives. Ends"
                + " with 0 only if every record arrives exactly once.")
public final class IntervalSending implements Callable<Integer> {
    @Option(
            names = "--seconds",
            defaultValue = "6",
            description = "How long to receive posts, or to change a table, in seconds (default: ${DEFAULT-VALUE}).")
    private int seconds;

    @Option(names = "--kills", description = "Instead: kill a sender with kill -9, this many times.")
    private int kills;

    @Option(names = "--restore", description = "With --kills: restore the state from a copy after each tenth kill.")
    private boolean restore;

    @Option(names = "--writers", description = "Instead: let so many programs change a table of PostgreSQL at once.")
    private int writers;

    @Option(names = "--backlog", description = "Instead: measure a backlog of this many records.")
    private int backlog;

    @Option(
            names = "--seed",
            defaultValue = "1",
            description = "The seed of all random choices (default: ${DEFAULT-VALUE}).")
    private long seed;

    private IntervalSending() {}

    public static void main(String[] arguments) {
        LogManager.getLogManager().reset();
        System.exit(new CommandLine(new IntervalSending()).execute(arguments));
    }

    @Override
    public Integer call() throws Exception {
        Report report;
        if (kills > 0) report = new Kills(kills, restore, seed).run();
        else if (writers > 0) report = new Writers(writers, Duration.ofSeconds(seconds), seed).run();
        else if (backlog > 0) report = new Backlog(backlog).run();
        else report = new Show(seconds, System.out::println).run();
        System.out.println(report.text());
        return report.holds() ? 0 : 1;
    }
}
