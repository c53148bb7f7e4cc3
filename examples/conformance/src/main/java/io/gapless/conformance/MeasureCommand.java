package io.gapless.conformance;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * Runs the command {@code measure}: measures each bound that the library promises, and prints the bound, the method and
 * the measured numbers.
 */
@Command(
        name = "measure",
        mixinStandardHelpOptions = true,
        description =
                "Measures what the library promises and prints it with the method. Takes about two minutes. Ends with"
                        + " 1 if a bound is missed.")
final class MeasureCommand implements Callable<Integer> {
    @Option(names = "--json", paramLabel = "FILE", description = "Also write the numbers as JSON.")
    private @Nullable Path json;

    @Override
    public Integer call() throws InterruptedException, IOException {
        System.out.println(Machine.now());
        List<Measured> all = new ArrayList<>();
        for (Measure measure : Measure.all(Effort.full())) {
            for (Measured measured : measure.run()) {
                all.add(measured);
                System.out.println(measured.text());
            }
        }
        if (json != null) write(json, all);
        boolean kept = all.stream().allMatch(Measured::kept);
        System.out.println(kept ? "Every bound is met." : "A bound is MISSED.");
        return kept ? 0 : 1;
    }

    private static void write(Path file, List<Measured> all) throws IOException {
        new ObjectMapper()
                .enable(SerializationFeature.INDENT_OUTPUT)
                .writeValue(file.toFile(), new TreeMap<>(Map.of("machine", Machine.now(), "measured", all)));
    }
}
