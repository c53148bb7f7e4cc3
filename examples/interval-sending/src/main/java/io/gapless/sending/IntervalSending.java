package io.gapless.sending;

import io.gapless.receiver.Report;
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
            description = "How long to receive posts, in seconds (default: ${DEFAULT-VALUE}).")
    private int seconds;

    private IntervalSending() {}

    public static void main(String[] arguments) {
        LogManager.getLogManager().reset();
        System.exit(new CommandLine(new IntervalSending()).execute(arguments));
    }

    @Override
    public Integer call() throws Exception {
        Report report = new Show(seconds, System.out::println).run();
        System.out.println(report.text());
        return report.holds() ? 0 : 1;
    }
}
