package io.gapless.benchmarks;

/**
 * What must be reached, and what was.
 *
 * @param what the number, with its unit
 * @param reached this run's, as a median where there were rounds
 * @param limit the bound
 * @param atMost whether smaller is better
 */
record Bound(String what, double reached, double limit, boolean atMost) {
    static Bound atLeast(String what, double reached, double limit) {
        return new Bound(what, reached, limit, false);
    }

    static Bound atMost(String what, double reached, double limit) {
        return new Bound(what, reached, limit, true);
    }

    boolean holds() {
        return atMost ? reached <= limit : reached >= limit;
    }

    String markdown() {
        return Text.of(
                "| %s | %s %s | %s | %s |%n",
                what, atMost ? "≤" : "≥", Text.number(limit), Text.number(reached), holds() ? "reached" : "**missed**");
    }
}
