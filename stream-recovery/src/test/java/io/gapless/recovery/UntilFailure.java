package io.gapless.recovery;

/** Lives through one simulated day after another until a check speaks; so a mutant is judged. */
final class UntilFailure {
    private UntilFailure() {}

    /** {@code <first seed> <seeds>}; says {@code FAILED seed N: kinds}, or nothing if none did. */
    public static void main(String[] arguments) {
        long first = Long.parseLong(arguments[0]);
        for (long seed = first; seed < first + Long.parseLong(arguments[1]); seed++) {
            Outcome day = Simulation.run(seed, Simulation.LENGTH);
            if (day.isGood()) continue;
            System.out.println("FAILED seed " + seed + ": " + day.kinds());
            return;
        }
    }
}
