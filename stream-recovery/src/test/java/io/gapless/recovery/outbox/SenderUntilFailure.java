package io.gapless.recovery.outbox;

import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Lives through one simulated day of sending after another until a check speaks; so a mutant is judged. */
public final class SenderUntilFailure {
    /** Most days take a fraction of a second; a mutant may never end one. */
    private static final long DAY_MAX_MINUTES = 5;

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
            String said = judged(seed, work);
            if (said.isEmpty()) continue;
            System.out.println("FAILED seed " + seed + ": " + said);
            break;
        }
        SenderSimulation.delete(work);
        // A day that does not end keeps its thread.
        System.exit(0);
    }

    private static String judged(long seed, Path work) throws InterruptedException, ExecutionException {
        try {
            SenderOutcome day = CompletableFuture.supplyAsync(() -> SenderSimulation.run(seed, work))
                    .get(DAY_MAX_MINUTES, TimeUnit.MINUTES);
            return day.isGood() ? "" : day.kinds().toString();
        } catch (TimeoutException e) {
            return "the day does not end";
        }
    }
}
