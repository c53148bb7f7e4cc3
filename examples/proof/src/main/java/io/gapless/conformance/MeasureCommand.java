package io.gapless.conformance;

import io.gapless.proof.kit.Proof;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
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
    public Integer call() throws Exception {
        return Proof.runAll(proofs(Repeats.full()), "measured", json);
    }

    static List<Proof> proofs(Repeats often) {
        List<Proof> all = new ArrayList<>();
        all.add(() -> Reconnecting.measure(often.drops()));
        all.addAll(Closing.measures());
        all.add(() -> Memory.measure(often.flood()));
        all.add(() -> Silence.measureHalfOpen(often.stalls()));
        all.add(() -> Silence.measureStuckRead(often.reads()));
        return all;
    }
}
