package io.gapless.drill;

import io.gapless.connect.OffsetsRun;
import io.gapless.emulator.XEmulator;
import io.gapless.receiver.Report;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Starts the program from the command line. */
@Command(
        name = "kafka-connect",
        mixinStandardHelpOptions = true,
        subcommands = {Partitions.class, Throughput.class, OffsetsRun.class},
        description =
                "Runs Kafka and two workers of Kafka Connect with the connector, and kills, pauses, cuts off, closes"
                        + " and restarts them. Prints who takes over and when. Ends with 0 only if no post is lost and none is twice"
                        + " in the topic.")
public final class KafkaConnect implements Callable<Integer> {
    private static final long LONGEST_CALM_MILLIS = 3_000;

    @Option(
            names = "--strikes",
            paramLabel = "N",
            defaultValue = "12",
            description = "How many strikes (default: ${DEFAULT-VALUE}, each kind once).")
    private int strikes;

    @Option(
            names = "--seed",
            paramLabel = "S",
            defaultValue = "1",
            description = "Decides the order of the strikes and the pauses between them (default: ${DEFAULT-VALUE}).")
    private long seed;

    @Option(
            names = "--rate",
            paramLabel = "POSTS",
            defaultValue = "200",
            description = "Posts per second (default: ${DEFAULT-VALUE}).")
    private int rate;

    @Option(
            names = "--only",
            split = ",",
            paramLabel = "KIND",
            description = "Only these strikes: ${COMPLETION-CANDIDATES}.")
    private List<Strike> kinds = List.of();

    /** Runs the program. */
    public static void main(String[] arguments) {
        System.exit(new CommandLine(new KafkaConnect()).execute(arguments));
    }

    @Override
    public Integer call() throws Exception {
        Random random = new Random(seed);
        Report report = run(Blow.shuffled(strikes, kinds, random), rate, random, System.out::println);
        System.out.println(report.text());
        return report.holds() ? 0 : 1;
    }

    static Report run(List<Blow> blows, int rate, Random random, Consumer<String> account) throws Exception {
        try (XEmulator x = Drill.emulator(rate);
                Cluster cluster = new Cluster(x, 2, Map.of(), Map.of(), account)) {
            cluster.startWorkers();
            Drill drill = new Drill(cluster);
            drill.start();
            for (Blow blow : blows) {
                TimeUnit.MILLISECONDS.sleep(random.nextLong(LONGEST_CALM_MILLIS));
                drill.strike(blow);
            }
            return drill.judge();
        }
    }
}
