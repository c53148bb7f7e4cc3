package io.gapless.crash;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.logging.LogManager;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** The program's entry. */
@Command(
        name = "crash",
        mixinStandardHelpOptions = true,
        description = "Kills a stream again and again, and judges what came of its posts. Ends with 1 if a promise is"
                + " broken.")
public final class Crash implements Callable<Integer> {
    @Option(names = "--kills", defaultValue = "200", description = "How many (default: ${DEFAULT-VALUE}).")
    private int kills;

    @Option(names = "--seed", defaultValue = "1", description = "Of all that is random (default: ${DEFAULT-VALUE}).")
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

    private Crash() {}

    public static void main(String[] arguments) {
        LogManager.getLogManager().reset();
        System.exit(new CommandLine(new Crash()).execute(arguments));
    }

    @Override
    public Integer call() throws Exception {
        System.out.println(Machine.now());
        List<Proven> all = new ArrayList<>();
        Kills.Settings settings = new Kills.Settings(kills, seed, speed, rate, outage, Duration.ofMillis(150));
        try (Kills proof = new Kills(settings, System.out::println)) {
            all.add(proof.run());
        }
        for (Proven proven : all) System.out.println(proven.text());
        if (json != null) write(json, all);
        boolean holds = all.stream().allMatch(Proven::holds);
        System.out.println(holds ? "Every promise holds." : "A promise is BROKEN.");
        return holds ? 0 : 1;
    }

    private static void write(Path file, List<Proven> all) throws IOException {
        new ObjectMapper()
                .enable(SerializationFeature.INDENT_OUTPUT)
                .writeValue(file.toFile(), new TreeMap<>(Map.of("machine", Machine.now(), "proven", all)));
    }
}
