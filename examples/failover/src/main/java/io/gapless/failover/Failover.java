package io.gapless.failover;

import io.gapless.hosts.HostOptions;
import io.gapless.hosts.Strike;
import io.gapless.hosts.TwoHosts;
import io.gapless.receiver.Report;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Starts the program from the command line. */
@Command(
        name = "failover",
        mixinStandardHelpOptions = true,
        description = "Runs two consumers of one stream, and kills, pauses, cuts off and closes the one that holds it."
                + " Prints who takes over and when. Ends with 0 only if no post is lost.")
public final class Failover implements Callable<Integer> {
    static final List<Strike> STRIKES = List.of(Strike.KILL, Strike.PAUSE, Strike.DATABASE_CUT, Strike.CLOSE);

    @Option(
            names = "--lease",
            paramLabel = "SECONDS",
            defaultValue = "5",
            description = "How long a consumer that cannot be reached keeps the stream (default: ${DEFAULT-VALUE}).")
    private int lease;

    @Option(
            names = "--rate",
            paramLabel = "POSTS",
            defaultValue = "100",
            description = "Posts per second (default: ${DEFAULT-VALUE}).")
    private int rate;

    public static void main(String[] arguments) {
        System.exit(new CommandLine(new Failover()).execute(arguments));
    }

    @Override
    public Integer call() throws Exception {
        Report report = run(Duration.ofSeconds(lease), rate, STRIKES, System.out::println);
        System.out.println(report.text());
        return report.holds() ? 0 : 1;
    }

    static Report run(Duration lease, int rate, List<Strike> strikes, Consumer<String> account) throws Exception {
        try (TwoHosts hosts = new TwoHosts(io.gapless.failover.Consumer.class, HostOptions.of(lease), rate, account)) {
            hosts.start();
            for (Strike strike : strikes)
                hosts.strike(strike, lease.multipliedBy(3).dividedBy(2));
            return hosts.judge()
                    .report(
                            "Two consumers, one stream",
                            "",
                            "lost = 0; twice only what was handled after the last commit before a strike");
        }
    }
}
