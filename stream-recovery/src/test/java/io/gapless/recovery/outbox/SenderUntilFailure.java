package io.gapless.recovery.outbox;

import io.gapless.recovery.soak.PlayedDay;
import java.nio.file.Path;

/** Lives through one simulated day of sending after another until a check speaks; so a mutant is judged. */
public final class SenderUntilFailure {
    private SenderUntilFailure() {}

    /**
     * {@code <first seed> <seeds>}; says {@code FAILED seed N: kinds}, or nothing if none did.
     *
     * @param arguments the first seed, and how many
     * @throws Exception if a day cannot be played
     */
    public static void main(String[] arguments) throws Exception {
        long first = Long.parseLong(arguments[0]);
        Path work = SenderSimulation.work();
        for (long seed = first; seed < first + Long.parseLong(arguments[1]); seed++) {
            long mine = seed;
            String said = PlayedDay.judge(() -> SenderSimulation.run(mine, work));
            if (said.isEmpty()) continue;
            System.out.println("FAILED seed " + seed + ": " + said);
            break;
        }
        SenderSimulation.delete(work);
        // A day that does not end keeps its thread.
        System.exit(0);
    }
}
