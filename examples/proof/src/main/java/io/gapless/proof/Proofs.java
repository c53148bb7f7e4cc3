package io.gapless.proof;

import io.gapless.benchmarks.Benchmarks;
import io.gapless.conformance.Conformance;
import io.gapless.crash.Crash;
import io.gapless.crash.DroppedOfTwo;
import io.gapless.crash.Takeovers;
import io.gapless.hosts.HostOptions;
import io.gapless.hosts.Strike;
import io.gapless.receiver.Report;
import io.gapless.sending.Backlog;
import io.gapless.sending.SenderKills;
import io.gapless.sending.Writers;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.logging.LogManager;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Starts the proofs from the command line. */
@Command(
        name = "proof",
        mixinStandardHelpOptions = true,
        subcommands = {Crash.class, Conformance.class, Benchmarks.class},
        description = "Proves and measures what the library promises. Ends with 1 if a promise is broken.")
public final class Proofs {
    private Proofs() {}

    public static void main(String[] arguments) {
        LogManager.getLogManager().reset();
        System.exit(new CommandLine(new Proofs()).execute(arguments));
    }

    @Command(
            name = "sender-kills",
            mixinStandardHelpOptions = true,
            description = "Kills a sender with kill -9 again and again, and checks what arrives.")
    int senderKills(
            @Parameters(
                            paramLabel = "COUNT",
                            defaultValue = "200",
                            description = "How many kills (default: ${DEFAULT-VALUE}).")
                    int kills,
            @Option(names = "--restore", description = "Restore the state from a copy after each tenth kill.")
                    boolean restore,
            @Option(
                            names = "--seed",
                            defaultValue = "1",
                            description = "The seed of all random choices (default: ${DEFAULT-VALUE}).")
                    long seed)
            throws Exception {
        return print(new SenderKills(kills, restore, seed).run());
    }

    @Command(
            name = "takeovers",
            mixinStandardHelpOptions = true,
            description = "Strikes the host that holds a shared stream, and checks who takes over, when, and what is"
                    + " handled.")
    int takeovers(
            @Parameters(
                            paramLabel = "COUNT",
                            defaultValue = "20",
                            description = "How many strikes (default: ${DEFAULT-VALUE}).")
                    int strikes,
            @Option(
                            names = "--lease",
                            paramLabel = "TIME",
                            defaultValue = "5s",
                            converter = SecondsConverter.class,
                            description = "How long a host that cannot be reached keeps the stream (default:"
                                    + " ${DEFAULT-VALUE}).")
                    Duration lease,
            @Option(
                            names = "--only",
                            split = ",",
                            paramLabel = "STRIKE",
                            description = "Only these strikes: ${COMPLETION-CANDIDATES}.")
                    @Nullable
                    List<Strike> only,
            @Option(
                            names = "--length",
                            paramLabel = "TIME",
                            converter = SecondsConverter.class,
                            description = "How long a pause or a cut lasts (default: half a lease to three leases).")
                    @Nullable
                    Duration length,
            @Option(
                            names = "--connect-budget",
                            paramLabel = "N",
                            defaultValue = "50",
                            description =
                                    "How many connects both hosts may make in any 15 min (default: ${DEFAULT-VALUE},"
                                            + " as at X). Many strikes need more, or the hosts wait.")
                    int connects,
            @Option(
                            names = "--warm",
                            description =
                                    "The host that stands by keeps a connection. Each strike waits a minute for it.")
                    boolean warm,
            @Option(
                            names = "--seed",
                            defaultValue = "1",
                            description = "The seed of all random choices (default: ${DEFAULT-VALUE}).")
                    long seed)
            throws Exception {
        List<Strike> kinds = only == null ? List.of() : only;
        return print(new Takeovers(
                        strikes,
                        new HostOptions(lease, connects, warm),
                        kinds,
                        Optional.ofNullable(length),
                        seed,
                        System.out::println)
                .run());
    }

    @Command(
            name = "drops",
            mixinStandardHelpOptions = true,
            description = "Drops one of two connections every 10 s, and checks that nobody notices.")
    int drops(
            @Parameters(
                            paramLabel = "TIME",
                            defaultValue = "10m",
                            converter = SecondsConverter.class,
                            description = "How long (default: ${DEFAULT-VALUE}).")
                    Duration length,
            @Option(
                            names = "--seed",
                            defaultValue = "1",
                            description = "The seed of all random choices (default: ${DEFAULT-VALUE}).")
                    long seed)
            throws Exception {
        return print(new DroppedOfTwo(length, seed, System.out::println).run());
    }

    @Command(
            name = "writers",
            mixinStandardHelpOptions = true,
            description = "Lets many programs change a table of PostgreSQL at once, and checks what arrives of it.")
    int writers(
            @Parameters(
                            paramLabel = "COUNT",
                            defaultValue = "12",
                            description = "How many programs (default: ${DEFAULT-VALUE}).")
                    int writers,
            @Option(
                            names = "--seconds",
                            defaultValue = "6",
                            description = "How long to change the table (default: ${DEFAULT-VALUE}).")
                    int seconds,
            @Option(
                            names = "--seed",
                            defaultValue = "1",
                            description = "The seed of all random choices (default: ${DEFAULT-VALUE}).")
                    long seed)
            throws Exception {
        return print(new Writers(writers, Duration.ofSeconds(seconds), seed).run());
    }

    @Command(
            name = "backlog",
            mixinStandardHelpOptions = true,
            description = "Measures how fast a backlog is collected and sent, in a heap of 64 MiB.")
    int backlog(
            @Parameters(
                            paramLabel = "COUNT",
                            defaultValue = "1000000",
                            description = "How many records (default: ${DEFAULT-VALUE}).")
                    int records)
            throws Exception {
        return print(new Backlog(records).run());
    }

    private static int print(Report report) {
        System.out.println(report.text());
        return report.holds() ? 0 : 1;
    }
}
