package io.gapless.recovery;

import io.gapless.recovery.soak.PlayedDay;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.stream.Collectors;
import java.util.stream.LongStream;

/** Lives through one simulated day after another until a check speaks; so a mutant is judged. */
final class UntilFailure {
    private UntilFailure() {}

    /** {@code <first seed> <seeds>}, then the found days; says {@code FAILED seed N: kinds}, or nothing if none did. */
    public static void main(String[] arguments) throws InterruptedException, ExecutionException {
        long first = Long.parseLong(arguments[0]);
        List<Long> seeds = LongStream.range(first, first + Long.parseLong(arguments[1]))
                .boxed()
                .collect(Collectors.toCollection(ArrayList::new));
        seeds.addAll(FoundDays.SEEDS);
        for (long seed : seeds) {
            String said = PlayedDay.judge(() -> Simulation.run(seed, Simulation.length(seed)));
            if (said.isEmpty()) continue;
            System.out.println("FAILED seed " + seed + ": " + said);
            // A day that does not end keeps its thread.
            System.exit(0);
        }
    }
}
