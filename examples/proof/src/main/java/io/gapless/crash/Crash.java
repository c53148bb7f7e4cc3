package io.gapless.crash;

import io.gapless.proof.kit.Proof;
import io.gapless.receiver.Report;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Runs the command {@code crash}: all proofs of this package. */
@Command(
        name = "crash",
        mixinStandardHelpOptions = true,
        description = "Kills a stream again and again, and judges what came of its posts. Ends with 1 if a promise is"
                + " broken.")
public final class Crash implements Callable<Integer> {
    private static final Duration COMMIT_WITHIN = Duration.ofMillis(150);

    @Option(names = "--kills", defaultValue = "200", description = "How many; 0 for none (default: ${DEFAULT-VALUE}).")
    private int kills;

    @Option(
            names = "--hardships",
            defaultValue = "3",
            description = "How many rounds of hardships the packaged program has to survive; 0 for none (default:"
                    + " ${DEFAULT-VALUE}).")
    private int hardships;

    @Option(
            names = "--at-a-time",
            defaultValue = "4",
            description = "How many hardships run at a time (default: ${DEFAULT-VALUE}).")
    private int atATime;

    @Option(
            names = "--jar",
            defaultValue = "examples/tools/cli/target/gapless.jar",
            description = "The packaged program (default: ${DEFAULT-VALUE}).")
    private Path jar = Path.of("gapless.jar");

    @Option(names = "--only", description = "Run only the kills and the hardships.")
    private boolean only;

    @Option(
            names = "--seed",
            defaultValue = "1",
            description = "The seed of all random choices (default: ${DEFAULT-VALUE}).")
    private long seed;

    @Option(
            names = "--speed",
            defaultValue = "20",
            description = "How much faster time runs, for X and the stream (default: ${DEFAULT-VALUE}).")
    private int speed;

    @Option(
            names = "--rate",
            defaultValue = "2",
            description = "Posts per second of X's time (default: ${DEFAULT-VALUE}).")
    private double rate;

    @Option(
            names = "--outage",
            defaultValue = "PT23H",
            description = "The longest outage in X's time (default: ${DEFAULT-VALUE}).")
    private Duration outage = Duration.ofHours(23);

    @Option(names = "--json", paramLabel = "FILE", description = "Write the numbers as JSON, too.")
    private @Nullable Path json;

    @Override
    public Integer call() throws Exception {
        return Proof.runAll(proofs(), "proven", json);
    }

    private List<Proof> proofs() {
        List<Proof> proofs = new ArrayList<>();
        if (kills > 0) proofs.add(this::kill);
        if (hardships > 0) proofs.add(new Hardships(jar, hardships, atATime, seed, System.out::println));
        if (only) return proofs;
        proofs.add(new PayPerUse());
        proofs.add(new RecoveryLatency());
        proofs.add(new RecoveryThroughput());
        proofs.add(new JobCuts(Duration.ofHours(1)));
        return proofs;
    }

    private Report kill() throws IOException, InterruptedException {
        StreamKills.Settings settings = new StreamKills.Settings(kills, seed, speed, rate, outage, COMMIT_WITHIN);
        try (StreamKills proof = new StreamKills(settings, System.out::println)) {
            return proof.run();
        }
    }
}
