package io.gapless.recovery;

import io.gapless.recovery.state.MemoryStateStore;
import io.gapless.recovery.state.StateStore;
import io.gapless.stream.seam.Seams;

/** Plays one life on real threads after another until a check speaks; so a mutant is judged. */
final class LivesUntilFailure {
    private LivesUntilFailure() {}

    /** {@code <first seed> <lives>}; says {@code FAILED seed N: what}, or nothing if none did. */
    public static void main(String[] arguments) throws InterruptedException {
        long first = Long.parseLong(arguments[0]);
        for (long seed = first; seed < first + Long.parseLong(arguments[1]); seed++) {
            StateStore store = new MemoryStateStore(Seams.system().time());
            Lifecycle.Result life = new Lifecycle(seed, () -> store).run();
            if (life.faults().isEmpty()) continue;
            System.out.println("FAILED seed " + seed + ": "
                    + life.faults().get(0).lines().findFirst().orElseThrow().replaceAll("[0-9]{6,}.*", "…"));
            System.exit(0);
        }
        System.exit(0);
    }
}
